import { encode } from '@oriel/protocol';
import { plentyOfMemory } from '@oriel/testing/relay/memory';
import {
	fromClient,
	MAX_PICTURE_BYTES,
	messagesOf,
	openConnection,
	SHARED,
} from '@oriel/testing/relay/open-connection';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { Budget } from '../memory/budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import { UnsentBudget } from '../memory/unsent.ts';
import type { Connection } from './connection.ts';
import { FRAMES_PER_SECOND, MAX_FRAME_BURST, MAX_MESSAGE_BURST, MESSAGES_PER_SECOND } from './message-budget.ts';
import { MAX_BACKLOG_BYTES } from './websocket-connection.ts';

/** The same for more. */
function longFromClient(body: Uint8Array): Buffer {
	const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
	head.writeUInt32BE(body.length, 6);
	return Buffer.concat([head, body]);
}

function answer(_message: unknown, connection: Connection): void {
	connection.send({ type: 'pong', pingSentAt: 0, receivedAt: 0, sentAt: 0 });
}

describe('a connection', () => {
	it.each([
		['pings of ours', encode({ type: 'ping', sentAt: 0 }), 2, 'the peer asks and does not read'],
		['pings of WebSocket’s own', new Uint8Array(120), 9, 'the connection broke (1006)'],
	])(
		'with a peer that sends %s and never reads ends before the answers fill the memory',
		async (_words, body, opcode, end) => {
			// What it may ask is limited too, but not what it asked before it stopped to read.
			const fixture = openConnection(answer, { share: Number.POSITIVE_INFINITY });
			const flood = Buffer.concat(Array.from({ length: 1000 }, () => fromClient(body, opcode)));
			let most = 0;
			for (let count = 0; count < 1000 && !fixture.socket.destroyed; count++) {
				fixture.socket.push(flood);
				await new Promise((resolve) => setImmediate(resolve));
				most = Math.max(most, fixture.socket.writableLength);
			}
			await until(() => fixture.ends.length > 0);
			expect(fixture.ends).toEqual([end]);
			expect(most).toBeLessThan(MAX_PICTURE_BYTES + MAX_BACKLOG_BYTES + 200_000);
			expect(fixture.clock.pending).toBe(0);
		},
	);

	it('says nothing after its goodbye, and cuts off who does not close within two seconds', async () => {
		const fixture = openConnection(() => {});
		const goodbye = { reason: 'finished', message: 'that is all', retryAfterMs: null } as const;
		fixture.connection.goodbye(goodbye);
		fixture.connection.goodbye({ ...goodbye, message: 'again' });
		fixture.connection.send({ type: 'ping', sentAt: 1 });
		expect(fixture.connection.isOpen).toBe(false);
		for (let count = 0; count < 10; count++) await fixture.socket.drain();
		expect(messagesOf(fixture.socket.taken)).toEqual([{ type: 'goodbye', ...goodbye }]);
		expect(fixture.ends).toEqual([]);
		fixture.clock.advance(2000);
		await until(() => fixture.ends.length > 0);
		expect(fixture.ends).toEqual(['that is all']);
		expect(fixture.clock.pending).toBe(0);
	});

	it('hears nothing of what stood behind the message that ended it', async () => {
		const seen: string[] = [];
		const fixture = openConnection((message, connection) => {
			seen.push(message.type);
			connection.goodbye({ reason: 'finished', message: '', retryAfterMs: null });
		});
		const two = Buffer.concat([encode({ type: 'ping', sentAt: 0 }), encode({ type: 'ping', sentAt: 1 })]);
		fixture.socket.push(fromClient(two));
		await until(() => seen.length > 0);
		expect(seen).toEqual(['ping']);
		fixture.socket.destroy();
		await until(() => fixture.ends.length > 0);
		expect(fixture.clock.pending).toBe(0);
	});

	it('keeps what broke inside the relay to itself', async () => {
		const fixture = openConnection(() => {
			throw new TypeError('cannot read /home/owner/secret');
		});
		fixture.socket.push(fromClient(encode({ type: 'ping', sentAt: 0 })));
		await until(() => !fixture.connection.isOpen);
		for (let count = 0; count < 10; count++) await fixture.socket.drain();
		const [goodbye] = messagesOf(fixture.socket.taken);
		expect(goodbye).toMatchObject({ message: 'Something broke inside the relay; its log says what' });
		fixture.socket.destroy();
		await until(() => fixture.ends.length > 0);
	});

	it('with a peer that breaks WebSocket itself ends with the code that fits', async () => {
		const fixture = openConnection(() => {});
		fixture.socket.push(Buffer.from([0x82, 0x05, 1, 2, 3, 4, 5])); // not masked
		await until(() => !fixture.connection.isOpen);
		for (let count = 0; count < 10; count++) await fixture.socket.drain();
		expect(Buffer.concat(fixture.socket.taken).readUInt16BE(Buffer.concat(fixture.socket.taken).length - 2)).toBe(1002);
		fixture.clock.advance(2000);
		await until(() => fixture.ends.length > 0);
	});

	it('ends when nothing at all was heard for ten seconds', async () => {
		const fixture = openConnection(() => {});
		fixture.clock.advance(10_000);
		fixture.connection.tick(fixture.clock.now());
		expect(fixture.connection.isOpen).toBe(true);
		fixture.clock.advance(1);
		fixture.connection.tick(fixture.clock.now());
		await until(() => fixture.ends.length > 0);
		expect(fixture.ends).toEqual(['No message was received for ten seconds']);
	});

	it('counts a message from its first byte to its last, and what is kept of it', async () => {
		const fixture = openConnection((_message, connection) => connection.countKept(500));
		const ping = fromClient(encode({ type: 'ping', sentAt: 0 }));
		for (const byte of ping.subarray(0, -1)) {
			fixture.socket.push(Uint8Array.of(byte));
			await new Promise((resolve) => setImmediate(resolve));
			expect(fixture.memory.incoming.used).toBeGreaterThan(BUFFER_OVERHEAD);
		}
		fixture.socket.push(Uint8Array.from(ping.subarray(-1)));
		await until(() => fixture.memory.incoming.used === 500);
		fixture.socket.destroy();
		await until(() => fixture.ends.length > 0);
		expect(fixture.memory.incoming.used).toBe(0);
	});

	it('that holds too much of a message that is not whole is ended in words, and its memory is free at once', async () => {
		const fixture = openConnection(() => {}, { memory: { ...plentyOfMemory(), incoming: new Budget(30_000) } });
		const begun = fromClient(new Uint8Array(60_000)).subarray(0, 40_000);
		fixture.socket.push(Uint8Array.from(begun));
		await until(() => fixture.ends.length > 0);
		expect(fixture.ends).toEqual([expect.stringContaining('holds too much that is not whole')]);
		expect([fixture.memory.incoming.used, fixture.socket.destroyed]).toEqual([0, true]);
	});

	it('counts what the peer has not taken, and the objects around it, until it has', async () => {
		const fixture = openConnection(() => {});
		const { unsent } = fixture.memory;
		const packet = Buffer.allocUnsafeSlow(10_000);
		fixture.connection.socket.write(packet);
		fixture.connection.onWritten([packet]);
		fixture.connection.send({ type: 'ping', sentAt: 0 });
		expect(unsent.used).toBeGreaterThan(10_000 + BUFFER_OVERHEAD);
		for (let count = 0; count < 6; count++) await fixture.socket.drain();
		expect(unsent.used).toBe(0);
		fixture.socket.destroy();
	});

	it('is ended if it has waited longest when peers that do not read hold too much', async () => {
		const fixture = openConnection(() => {}, { memory: { ...plentyOfMemory(), unsent: new UnsentBudget(5000) } });
		for (let count = 0; count < 50 && fixture.connection.isOpen; count++)
			fixture.connection.send({ type: 'ping', sentAt: 0 });
		await until(() => fixture.ends.length > 0);
		expect(fixture.ends).toEqual(['the relay holds too much for peers that do not read']);
		expect(fixture.memory.unsent.used).toBe(0);
	});
});

/** Units that a connection can spend at once here. */
const MOST = MAX_MESSAGE_BURST + SHARED;
const PING = encode({ type: 'ping', sentAt: 0 });
const FRAME = encode({ type: 'frame', camera: 1, key: true, sequence: 1, capturedAt: 0, data: new Uint8Array(9) });

/** Sends `parts` in one packet again and again; gives what the handler was given, and the relay's last words. */
async function flooded(parts: readonly Uint8Array[], count: number, begin: readonly Uint8Array[] = []) {
	let heard = 0;
	const fixture = openConnection((message, connection) => {
		heard++;
		if (message.type === 'ack') connection.spend(1, 'ack of nothing that was sent');
	});
	fixture.socket.push(Buffer.concat([...begin, ...Array<readonly Uint8Array[]>(count).fill(parts).flat()]));
	await rounds();
	// The goodbye stands behind the answers to pings.
	for (let turns = 0; turns < MOST + 10; turns++) await fixture.socket.drain();
	const goodbye = messagesOf(fixture.socket.taken).find(({ type }) => type === 'goodbye');
	return { ...fixture, goodbye, heard: () => heard };
}

describe('a peer that sends too much', () => {
	it.each([
		['pings', [fromClient(PING)], MOST],
		['acks of nothing', [fromClient(encode({ type: 'ack', camera: 1, sequence: 7, ageMs: undefined }))], MOST + 1],
		['messages of an unknown type', [fromClient(Uint8Array.of(0xee, 0, 0, 0, 0, 0, 0, 0))], 0],
		['many in one packet', [fromClient(Buffer.concat(Array<Uint8Array>(256).fill(PING)))], 0],
		['WebSocket pings', [fromClient(new Uint8Array(8), 9)], 0],
		['WebSocket pongs', [fromClient(new Uint8Array(0), 10)], 0],
		['empty WebSocket messages', [fromClient(new Uint8Array(0))], 0],
	])('%s is told so, hears no more, and is cut off', async (_words, parts, most) => {
		const fixture = await flooded(parts, 2000);
		expect(fixture.goodbye).toMatchObject({ reason: 'protocol-error', retryAfterMs: 5000 });
		expect(fixture.goodbye).toHaveProperty(
			'message',
			expect.stringMatching(/^Too many messages: .* beyond 10 messages a second/),
		);
		expect(fixture.heard()).toBe(most);
		expect(fixture.connection.isOpen).toBe(false);
		fixture.socket.push(fromClient(PING));
		await rounds();
		expect(fixture.heard()).toBe(most);
		fixture.clock.advance(2000);
		await until(() => fixture.ends.length > 0);
		expect(fixture.clock.pending).toBe(0);
	});

	it('fragments of a byte each is cut off, in whatever pieces they come', async () => {
		const begun = Buffer.concat([Uint8Array.of(0x02, 0x81, 0, 0, 0, 0), Uint8Array.of(1)]);
		const part = Buffer.concat([Uint8Array.of(0x00, 0x81, 0, 0, 0, 0), Uint8Array.of(1)]);
		const fixture = await flooded([part], 200, [begun]);
		expect(fixture.goodbye).toMatchObject({ reason: 'protocol-error' });
	});

	it('long JSON pays for its bytes', async () => {
		const names = Array.from({ length: 1000 }, (_, index) => `camera-${index}`.padEnd(63, 'x'));
		const fixture = await flooded([longFromClient(encode({ type: 'watch', cameras: names }))], 1);
		expect(fixture.goodbye).toMatchObject({ reason: 'protocol-error' });
		expect(fixture.heard()).toBe(0);
	});

	it('frames may send them at a rate that no camera reaches, and no more', async () => {
		const fair = await flooded([fromClient(FRAME)], MAX_FRAME_BURST);
		expect([fair.heard(), fair.goodbye]).toEqual([MAX_FRAME_BURST, undefined]);
		fair.clock.advance(1000);
		fair.socket.push(Buffer.concat(Array<Buffer>(FRAMES_PER_SECOND).fill(fromClient(FRAME))));
		await rounds();
		expect(fair.heard()).toBe(MAX_FRAME_BURST + FRAMES_PER_SECOND);
		expect(fair.connection.isOpen).toBe(true);
		fair.socket.push(fromClient(FRAME));
		await rounds();
		expect(fair.connection.isOpen).toBe(false);
	});

	it('after it was told goodbye for something else may finish what it was sending, and no more', async () => {
		let heard = 0;
		const fixture = openConnection((_message, connection) => {
			heard++;
			connection.goodbye({ reason: 'finished', message: '', retryAfterMs: null });
		});
		fixture.socket.push(Buffer.concat(Array<Buffer>(MOST).fill(fromClient(PING))));
		await rounds();
		expect([heard, fixture.socket.isPaused()]).toEqual([1, false]);
		fixture.socket.push(Buffer.concat(Array<Buffer>(2).fill(fromClient(PING))));
		await rounds();
		expect(fixture.socket.isPaused()).toBe(true);
		fixture.clock.advance(2000);
		await until(() => fixture.ends.length > 0);
	});

	it('gets what it has saved up back with time', async () => {
		const fixture = await flooded([fromClient(PING)], MOST);
		expect(fixture.goodbye).toBeUndefined();
		fixture.clock.advance(1000);
		fixture.socket.push(Buffer.concat(Array<Buffer>(MESSAGES_PER_SECOND).fill(fromClient(PING))));
		await rounds();
		expect(fixture.heard()).toBe(MOST + MESSAGES_PER_SECOND);
		expect(fixture.connection.isOpen).toBe(true);
	});
});
