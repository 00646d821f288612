// Whatever a peer and its own side do, in any order, a connection keeps the rules of docs/protocol.md.
import { ClockOffset } from '@oriel/stream';
import { connected } from '@oriel/testing/connected';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Goodbye } from '../message/control.ts';
import type { Message } from '../message/message.ts';

const GOODBYE: Goodbye = { reason: 'finished', message: '', retryAfterMs: null };
const FRAME = { type: 'frame', camera: 1, key: true, capturedAt: 0, data: Uint8Array.of(1) } as const;

/** What a peer may say. `watch` is forbidden here; the handler refuses a `withdraw` and leaves at a `carry`. */
const message = fc.oneof<fc.Arbitrary<Message>[]>(
	fc.integer({ min: 1, max: 2 }).map((version) => ({ type: 'hello', version, software: '', capabilities: [] })),
	fc.nat(1000).map((sentAt) => ({ type: 'ping', sentAt })),
	fc.nat(1000).map((at) => ({ type: 'pong', pingSentAt: at, receivedAt: at, sentAt: at })),
	fc.nat(1000).map((sequence) => ({ ...FRAME, sequence })),
	fc.nat(1000).map((sequence) => ({ type: 'ack', camera: 1, sequence, ageMs: undefined })),
	fc.constantFrom<Message>(
		{ type: 'goodbye', ...GOODBYE },
		{ type: 'watch', cameras: [] },
		{ type: 'withdraw', camera: 1 },
		{ type: 'carry', camera: 1, bitsPerSecond: 0, neededBitsPerSecond: 0, offers: 'all' },
	),
);

const step = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.array(message, { maxLength: 4 }).map((messages) => ({ do: 'receive' as const, messages })),
	},
	{ weight: 4, arbitrary: fc.nat(6000).map((ms) => ({ do: 'wait' as const, ms })) },
	fc.constantFrom(
		...(['garbage', 'text', 'hello', 'pings', 'ping', 'send', 'goodbye', 'abandon'] as const).map((act) => ({
			do: act,
		})),
	),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Whether nothing is handled behind such a message. */
function isLast({ type, ...rest }: Message): boolean {
	const isOtherVersion = type === 'hello' && 'version' in rest && rest.version !== 1;
	return isOtherVersion || type === 'goodbye' || type === 'watch' || type === 'withdraw' || type === 'carry';
}

/** Does the steps with a machine whose handler behaves as described at `message`. */
function play(steps: readonly Step[]) {
	const handled: Message[] = [];
	const fixture = connected({
		onMessage: (each) => {
			handled.push(each);
			if (each.type === 'withdraw') throw new ProtocolError('bad-field', 'not now');
			if (each.type === 'carry') fixture.machine.goodbye(GOODBYE);
		},
	});
	const { machine, clock } = fixture;
	/** What must have been handled. */
	const due: Message[] = [];
	for (const each of steps) {
		if (each.do === 'receive') {
			if (machine.isOpen) due.push(...handledOf(each.messages));
			fixture.receive(...each.messages);
		} else if (each.do === 'wait') {
			clock.advance(each.ms);
			machine.checkSilence(clock.now());
		} else if (each.do === 'garbage') machine.onPacket(Uint8Array.of(1, 2, 3));
		else if (each.do === 'text') machine.onText();
		else if (each.do === 'hello') machine.sayHello({ software: '', capabilities: [] });
		else if (each.do === 'pings') machine.startPings({ openingMs: [0, 50], intervalMs: 700 }, new ClockOffset());
		else if (each.do === 'ping') machine.ping();
		else if (each.do === 'send') machine.send({ ...FRAME, sequence: 0 });
		else if (each.do === 'goodbye') machine.goodbye(GOODBYE);
		else machine.abandon();
	}
	return { ...fixture, handled, due };
}

/** The beginning of a packet that is handled: up to what ends the connection, which is handled itself where it may be sent. */
function handledOf(messages: readonly Message[]): readonly Message[] {
	const last = messages.findIndex(isLast);
	const isHandled = !['hello', 'watch'].includes(messages[last]?.type ?? '');
	return last === -1 ? messages : messages.slice(0, isHandled ? last + 1 : last);
}

it('handles messages in order and only while it is open, answers every ping, and says hello and goodbye once, last', () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
			const { machine, clock, sent, handled, due, types, ends } = play(steps);
			expect(types(handled)).toEqual(types(due));
			const said = types(sent);
			expect(said.filter((type) => type === 'hello').length).toBeLessThanOrEqual(1);
			const goodbyes = said.filter((type) => type === 'goodbye').length;
			expect(goodbyes).toBe(ends.length);
			expect(goodbyes).toBeLessThanOrEqual(1);
			if (goodbyes === 1) expect([said.at(-1), machine.isOpen]).toEqual(['goodbye', false]);
			const asked = handled.flatMap((each) => (each.type === 'ping' ? [each.sentAt] : []));
			expect(sent.flatMap((each) => (each.type === 'pong' ? [each.pingSentAt] : []))).toEqual(asked);
			if (!machine.isOpen) expect(clock.pending).toBe(0);
		}),
		{ numRuns: 2000 },
	);
});

it('says goodbye for the right reason to a peer that breaks the protocol, whatever went before', () => {
	const harmless = message.filter((each) => !isLast(each));
	const breach = fc.constantFrom<[readonly (Message | 'text' | 'garbage')[], Goodbye['reason'], RegExp]>(
		[['text'], 'protocol-error', /^Received a text message/],
		[['garbage'], 'protocol-error', /cut off/],
		[[{ type: 'hello', version: 3, software: '', capabilities: [] }], 'protocol-error', /version 3; expected 1/],
		[[{ type: 'watch', cameras: [] }], 'protocol-error', /^A test may not send watch/],
		[Array<Message>(257).fill({ type: 'ping', sentAt: 0 }), 'too-large', /^More than 256 messages/],
	);
	fc.assert(
		fc.property(fc.array(harmless), breach, fc.array(message), ([...before], [what, reason, words], after) => {
			const { machine, receive, handled, ends } = connected();
			for (const each of before) receive(each);
			const [first] = what;
			if (first === 'text') machine.onText();
			else if (first === 'garbage') machine.onPacket(Uint8Array.of(1, 2, 3));
			else receive(...(what as readonly Message[]));
			for (const each of after) receive(each);
			expect(handled).toHaveLength(before.length);
			expect(ends).toEqual([
				{
					goodbye: { reason, message: expect.stringMatching(words), retryAfterMs: 5000 },
					error: expect.any(ProtocolError),
				},
			]);
		}),
	);
});
