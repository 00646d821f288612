// What a page says on its socket, and how it says goodbye.
import type { Message } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { FakeSocket } from '@oriel/testing/web/fake-relay';
import { expect, it } from 'vitest';
import { LiveSocket, type SocketEnd } from './live-socket.ts';
import { Liveness } from './liveness.ts';

const HELLO: Message = { type: 'hello', version: 1, software: 'fake', capabilities: [] };
const GOODBYE = { type: 'goodbye', reason: 'shutting-down', message: '', retryAfterMs: 1000 } as const;

function opened() {
	const clock = new FakeClock();
	const socket = new FakeSocket();
	const messages: Message[] = [];
	const ends: SocketEnd[] = [];
	const live = new LiveSocket({
		socket,
		clock,
		liveness: new Liveness(),
		codecs: ['jpeg'],
		onMessage: (message) => messages.push(message),
		onPacket() {},
		onOpen() {},
		onEnd: (end) => ends.push(end),
	});
	socket.accept();
	const goodbyes = () => socket.ofType('goodbye');
	return { clock, socket, live, messages, ends, goodbyes };
}

it('pings four times quickly, then every second', () => {
	const { clock, socket, live } = opened();
	const openedAt = clock.now();
	socket.deliver(HELLO);
	clock.advance(3000);
	const times = socket.ofType('ping').map(({ sentAt }) => (sentAt - openedAt) / 1000);
	expect(times).toEqual([0, 150, 300, 450, 1450, 2450]);
	live.close();
	expect(clock.pending).toBe(0);
});

it('says that the page was left when it is closed, and nothing after it', () => {
	const { socket, live, ends, goodbyes } = opened();
	live.close();
	live.ping();
	live.send({ type: 'watch', cameras: [] });
	expect(goodbyes()).toEqual([expect.objectContaining({ reason: 'finished', retryAfterMs: null })]);
	expect([socket.sent.at(-1)?.type, socket.closeCode, ends]).toEqual(['goodbye', 1000, []]);
});

it('says nothing over a socket that never opened', () => {
	const socket = new FakeSocket();
	const nothing = () => {};
	const rest = { onMessage: nothing, onPacket: nothing, onOpen: nothing, onEnd: nothing };
	const clock = new FakeClock();
	new LiveSocket({ socket, clock, liveness: new Liveness(), codecs: [], ...rest }).close();
	expect([socket.sent, socket.closed, clock.pending]).toEqual([[], true, 0]);
});

it('tells a silent relay so, in case it can hear', () => {
	const { clock, socket, ends, goodbyes } = opened();
	socket.deliver(HELLO);
	clock.advance(6000);
	expect(goodbyes()).toEqual([expect.objectContaining({ reason: 'silent', retryAfterMs: 0 })]);
	expect([socket.closeCode, ends]).toEqual([1000, [{ greeted: true, why: 'silent' }]]);
});

it('tells a relay that has not said hello so', () => {
	const { clock, ends, goodbyes } = opened();
	clock.advance(4000);
	expect(goodbyes()).toEqual([expect.objectContaining({ reason: 'silent' })]);
	expect(ends).toEqual([{ greeted: false, why: 'no-hello' }]);
});

it.each<[string, unknown, RegExp]>([
	['garbage', Uint8Array.of(1, 2, 3).buffer, /cut off/],
	['text', 'hello', /^Received a text message/],
	['another version', { ...HELLO, version: 2 }, /^The hello names version 2/],
	['what only an agent is sent', { type: 'request', camera: 1, want: 'pause' }, /^A relay may not send request/],
])('tells a relay that sends %s what it broke', (_words, packet, words) => {
	const { socket, messages, ends, goodbyes } = opened();
	socket.deliver(HELLO);
	if (typeof packet === 'string' || packet instanceof ArrayBuffer) socket.onmessage?.({ data: packet });
	else socket.deliver(packet as Message, { type: 'withdraw', camera: 1 });
	const message = expect.stringMatching(words);
	expect(goodbyes()).toEqual([{ type: 'goodbye', reason: 'protocol-error', message, retryAfterMs: 5000 }]);
	expect(ends).toEqual([{ greeted: true, why: 'protocol-error' }]);
	expect(messages).toEqual([HELLO]);
});

it('has no answer to a goodbye', () => {
	const { socket, ends, messages, goodbyes } = opened();
	socket.deliver(HELLO, GOODBYE, { type: 'withdraw', camera: 1 });
	expect(goodbyes()).toEqual([]);
	expect(messages).toEqual([HELLO]);
	expect(ends).toEqual([{ greeted: true, why: 'goodbye', goodbye: expect.objectContaining(GOODBYE) }]);
	expect(socket.closed).toBe(true);
});
