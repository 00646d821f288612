import { ClockOffset } from '@oriel/stream';
import { connected, SILENCE } from '@oriel/testing/connected';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors/protocol-error.ts';
import type { Goodbye } from '../message/control.ts';
import { MAX_TEXT_LENGTH } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import { RETRY_AFTER_BREACH_MS } from './breach.ts';

const HELLO: Message = { type: 'hello', version: 1, software: 'peer', capabilities: ['jpeg'] };
const ACK: Message = { type: 'ack', camera: 1, sequence: 3, ageMs: undefined };
const LEFT: Goodbye = { reason: 'finished', message: 'that is all', retryAfterMs: null };
const PINGS = { openingMs: [0, 100, 300], intervalMs: 1000 };

describe('hello', () => {
	it('is said once, with the version that this code speaks', () => {
		const { machine, sent } = connected();
		machine.sayHello({ software: 'test', capabilities: ['tracks'] });
		machine.sayHello({ software: 'again', capabilities: [] });
		expect(sent).toEqual([{ type: 'hello', version: 1, software: 'test', capabilities: ['tracks'] }]);
	});

	it('of the peer greets', () => {
		const { machine, receive, handled } = connected();
		expect(machine.isGreeted).toBe(false);
		receive(HELLO);
		expect([machine.isGreeted, handled]).toEqual([true, [HELLO]]);
	});

	it('with another version is no greeting, and ends the connection', () => {
		const { machine, receive, handled, sent, ends } = connected();
		receive({ ...HELLO, version: 2 }, ACK);
		expect([machine.isGreeted, machine.isOpen, handled]).toEqual([false, false, []]);
		const message = 'The hello names version 2; expected 1';
		const goodbye = { reason: 'protocol-error', message, retryAfterMs: RETRY_AFTER_BREACH_MS };
		expect(sent).toEqual([{ type: 'goodbye', ...goodbye }]);
		expect(ends).toEqual([{ goodbye, error: expect.objectContaining({ code: 'bad-field' }) }]);
	});

	it('need not come first', () => {
		const { receive, handled, types } = connected();
		receive(ACK, { type: 'ping', sentAt: 1 }, HELLO);
		expect(types(handled)).toEqual(['ack', 'ping', 'hello']);
	});
});

describe('a ping', () => {
	it('is answered at once, with both times of its stay', () => {
		const fixture = connected({ onMessage: () => fixture.clock.block(7) });
		const before = fixture.clock.now();
		fixture.receive({ type: 'ping', sentAt: 42 });
		const pong = { type: 'pong', pingSentAt: 42, receivedAt: before, sentAt: before + 7000 };
		expect(fixture.sent).toEqual([pong]);
	});

	it('that makes its handler end the connection has no answer behind the goodbye', () => {
		const fixture = connected({ onMessage: () => fixture.machine.goodbye(LEFT) });
		fixture.receive({ type: 'ping', sentAt: 1 });
		expect(fixture.types(fixture.sent)).toEqual(['goodbye']);
	});
});

describe('pings', () => {
	it('leave in an opening volley, then at their interval, until either side says goodbye', () => {
		for (const end of ['ours', 'theirs', 'neither'] as const) {
			const { machine, clock, sent, receive } = connected();
			const startedAt = clock.now();
			machine.startPings(PINGS, new ClockOffset());
			clock.advance(3000);
			const times = sent.map((message) => (message.type === 'ping' ? (message.sentAt - startedAt) / 1000 : undefined));
			expect(times).toEqual([0, 100, 300, 1300, 2300]);
			if (end === 'ours') machine.goodbye(LEFT);
			else if (end === 'theirs') receive({ type: 'goodbye', ...LEFT });
			else machine.abandon();
			expect(clock.pending).toBe(0);
			machine.startPings(PINGS, new ClockOffset());
			machine.ping();
			expect(sent.filter(({ type }) => type === 'ping')).toHaveLength(5);
		}
	});

	it('begin later where the volley does', () => {
		const { machine, clock, sent } = connected();
		machine.startPings({ openingMs: [50], intervalMs: 500 }, new ClockOffset());
		expect(sent).toEqual([]);
		clock.advance(50);
		expect(sent).toHaveLength(1);
		clock.advance(1000);
		expect(sent).toHaveLength(3);
		machine.abandon();
	});

	it('measure how far the clock of the peer is ahead, before the pong is handled', () => {
		const offset = new ClockOffset();
		const seen: unknown[] = [];
		const fixture = connected({ onMessage: () => seen.push(offset.offset) });
		fixture.machine.startPings(PINGS, offset);
		const pingSentAt = fixture.clock.now();
		fixture.clock.block(10);
		const theirs = pingSentAt + 5000 + 1_000_000;
		fixture.receive({ type: 'pong', pingSentAt, receivedAt: theirs, sentAt: theirs });
		expect([seen, offset.roundTrip]).toEqual([[1_000_000], 10_000]);
		fixture.machine.abandon();
	});

	it('that were not sent have pongs that say nothing', () => {
		const { receive, handled, types } = connected();
		receive({ type: 'pong', pingSentAt: 0, receivedAt: 1, sentAt: 1 });
		expect(types(handled)).toEqual(['pong']);
	});
});

describe('goodbye', () => {
	it('is said once, and nothing after it', () => {
		const { machine, sent, ends, handled, receive } = connected();
		machine.goodbye(LEFT);
		machine.goodbye({ ...LEFT, message: 'again' });
		machine.send(ACK);
		machine.ping();
		machine.sayHello({ software: 'test', capabilities: [] });
		receive(ACK);
		machine.onText();
		expect(sent).toEqual([{ type: 'goodbye', ...LEFT }]);
		expect([machine.isOpen, handled, ends]).toEqual([false, [], [{ goodbye: LEFT, error: undefined }]]);
	});

	it('of the peer is handled, nothing behind it is, and all that can be said then is our own', () => {
		const { machine, sent, ends, handled, receive, types } = connected();
		receive({ type: 'goodbye', ...LEFT }, { type: 'ping', sentAt: 1 }, ACK);
		receive(ACK);
		machine.onText();
		machine.onPacket(Uint8Array.of(1));
		machine.send(ACK);
		expect([machine.isOpen, types(handled), sent, ends]).toEqual([false, ['goodbye'], [], []]);
		machine.goodbye(LEFT);
		expect(types(sent)).toEqual(['goodbye']);
	});

	it('is not said over a socket that was given up', () => {
		const { machine, sent, ends } = connected();
		machine.abandon();
		machine.goodbye(LEFT);
		expect([machine.isOpen, sent, ends]).toEqual([false, [], []]);
	});

	it('is cut to the length that a text may have', () => {
		const { machine, sent } = connected();
		machine.goodbye({ ...LEFT, message: 'x'.repeat(MAX_TEXT_LENGTH + 1) });
		expect(sent).toEqual([{ type: 'goodbye', ...LEFT, message: 'x'.repeat(MAX_TEXT_LENGTH) }]);
	});
});

describe('silence', () => {
	it('is what comes after the last packet, whatever that was, for longer than the limit', () => {
		const { machine, clock, receive, sent } = connected();
		clock.advance(9000);
		receive();
		clock.advance(SILENCE / 1000);
		machine.checkSilence(clock.now());
		expect(machine.isOpen).toBe(true);
		clock.advance(1);
		machine.checkSilence(clock.now());
		expect(sent).toEqual([{ type: 'goodbye', reason: 'silent', message: 'Nothing came', retryAfterMs: 0 }]);
	});

	it('of a peer that has left is nothing to speak of', () => {
		const { machine, clock, receive, sent } = connected();
		receive({ type: 'goodbye', ...LEFT });
		clock.advance(60_000);
		machine.checkSilence(clock.now());
		expect(sent).toEqual([]);
	});
});

describe('a peer that breaks the protocol', () => {
	const cut = Uint8Array.of(0x12, 0, 0, 0);
	it.each([
		['a message that is cut off', 'truncated', 'protocol-error', /cut off/, cut],
		['a frame over the limit', 'too-large', 'too-large', /1001 bytes/, 1001],
		['a text message', 'bad-control', 'protocol-error', /text message/, undefined],
	] as const)('by %s is told so and gone', (_words, code, reason, message, packet) => {
		const { machine, receive, sent, ends } = connected({ limits: { maxPictureBytes: 1000 } });
		if (packet === undefined) machine.onText();
		else if (typeof packet === 'number')
			receive({ type: 'frame', camera: 1, key: true, sequence: 0, capturedAt: 0, data: new Uint8Array(packet) });
		else machine.onPacket(packet);
		expect(sent).toEqual([
			{ type: 'goodbye', reason, message: expect.stringMatching(message), retryAfterMs: RETRY_AFTER_BREACH_MS },
		]);
		expect(ends).toEqual([expect.objectContaining({ error: expect.objectContaining({ code }) })]);
	});

	it('by a message that it may not send is told so, and what stands behind it is not handled', () => {
		const { receive, sent, handled, types } = connected();
		receive(ACK, { type: 'watch', cameras: [] }, ACK);
		expect(types(handled)).toEqual(['ack']);
		expect(sent).toEqual([expect.objectContaining({ reason: 'protocol-error', message: 'A test may not send watch' })]);
	});

	it('in the eyes of the handler is told what the handler says', () => {
		const { receive, sent } = connected({
			onMessage: () => {
				throw new ProtocolError('bad-field', 'Camera 7 came');
			},
			breachWords: (reason) => `You broke it: ${reason}`,
		});
		receive(ACK);
		expect(sent).toEqual([
			expect.objectContaining({ reason: 'protocol-error', message: 'You broke it: Camera 7 came' }),
		]);
	});
});

it('what breaks in the handler is left to the caller, who decides whether the connection goes on', () => {
	const fixture = connected({
		onMessage: () => {
			throw new TypeError('cannot read it');
		},
	});
	expect(() => fixture.receive(ACK)).toThrow(TypeError);
	expect([fixture.machine.isOpen, fixture.sent]).toEqual([true, []]);
});
