import type { IncomingMessage } from 'node:http';
import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { decode, encode, type Message, SUBPROTOCOL } from '@oriel/wire';
import { describe, expect, it } from 'vitest';
import { Budget } from '../memory/budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import { UnsentBudget } from '../memory/unsent.ts';
import { FakeSocket } from '../rehearsal/fake-socket.ts';
import { plentyOfMemory } from '../rehearsal/memory.ts';
import { until } from '../rehearsal/until.ts';
import { Acceptor, MAX_BACKLOG_BYTES, type Talk, type Talker } from './talk.ts';

const MAX_PICTURE_BYTES = 100_000;

/** A conversation over a socket that takes nothing unless told to. */
function converse(heard: (message: Message, talk: Talk) => void, memory = plentyOfMemory()) {
	const clock = new FakeClock();
	const socket = new FakeSocket();
	const headers = {
		upgrade: 'websocket',
		'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
		'sec-websocket-version': '13',
		'sec-websocket-protocol': SUBPROTOCOL,
	};
	const request = { method: 'GET', headers } as unknown as IncomingMessage;
	const ends: string[] = [];
	const stage: { talk?: Talk } = {};
	const options = {
		clock,
		log: silentLog,
		maxPictureBytes: MAX_PICTURE_BYTES,
		takesPictures: true,
		...memory,
	};
	const make = (talk: Talk): Talker => {
		stage.talk = talk;
		return { heard: (message) => heard(message, talk), closed: (reason) => ends.push(reason) };
	};
	new Acceptor(options).accept(request, socket, Buffer.alloc(0), make, 'test');
	return { clock, socket, ends, talk: stage.talk as Talk, memory };
}

/** One WebSocket message of up to 65,535 bytes from a client: masked, with a mask that changes nothing. */
function fromClient(body: Uint8Array, opcode = 2): Buffer {
	const length = body.length < 126 ? [body.length | 0x80] : [126 | 0x80, body.length >> 8, body.length & 0xff];
	return Buffer.concat([Uint8Array.of(0x80 | opcode, ...length, 0, 0, 0, 0), body]);
}

/** The messages of WebSocket frames as the relay writes them. */
function messagesOf(chunks: readonly Buffer[]): Message[] {
	const bytes = Buffer.concat(chunks);
	const messages: Message[] = [];
	for (let at = bytes.indexOf('\r\n\r\n') + 4; at < bytes.length; ) {
		const short = (bytes[at + 1] ?? 0) & 0x7f;
		const start = at + (short === 126 ? 4 : 2);
		const end = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
		if (bytes[at] === 0x82) messages.push(...decode(bytes.subarray(start, end)));
		at = end;
	}
	return messages;
}

describe('a conversation', () => {
	it.each([
		['pings of ours', encode({ type: 'ping', sentAt: 0 }), 2, 'the peer asks and does not read'],
		['pings of WebSocket’s own', new Uint8Array(120), 9, 'the peer closed (1006)'],
	])(
		'with a peer that sends %s and never reads ends before the answers fill the memory',
		async (_words, body, opcode, end) => {
			const stage = converse((_message, talk) => talk.send({ type: 'pong', pingSentAt: 0, receivedAt: 0, sentAt: 0 }));
			const flood = Buffer.concat(Array.from({ length: 1000 }, () => fromClient(body, opcode)));
			let most = 0;
			for (let count = 0; count < 1000 && !stage.socket.destroyed; count++) {
				stage.socket.push(flood);
				await new Promise((resolve) => setImmediate(resolve));
				most = Math.max(most, stage.socket.writableLength);
			}
			await until(() => stage.ends.length > 0);
			expect(stage.ends).toEqual([end]);
			expect(most).toBeLessThan(MAX_PICTURE_BYTES + MAX_BACKLOG_BYTES + 200_000);
			expect(stage.clock.pending).toBe(0);
		},
	);

	it('says nothing after its goodbye, and cuts off who does not close within two seconds', async () => {
		const stage = converse(() => {});
		const goodbye = { reason: 'finished', message: 'that is all', retryAfterMs: null } as const;
		stage.talk.goodbye(goodbye);
		stage.talk.goodbye({ ...goodbye, message: 'again' });
		stage.talk.send({ type: 'ping', sentAt: 1 });
		expect(stage.talk.isOpen).toBe(false);
		for (let count = 0; count < 10; count++) await stage.socket.drain();
		expect(messagesOf(stage.socket.taken)).toEqual([{ type: 'goodbye', ...goodbye }]);
		expect(stage.ends).toEqual([]);
		stage.clock.advance(2000);
		await until(() => stage.ends.length > 0);
		expect(stage.ends).toEqual(['that is all']);
		expect(stage.clock.pending).toBe(0);
	});

	it('hears nothing of what stood behind the message that ended it', async () => {
		const seen: string[] = [];
		const stage = converse((message, talk) => {
			seen.push(message.type);
			talk.goodbye({ reason: 'finished', message: '', retryAfterMs: null });
		});
		const two = Buffer.concat([encode({ type: 'ping', sentAt: 0 }), encode({ type: 'ping', sentAt: 1 })]);
		stage.socket.push(fromClient(two));
		await until(() => seen.length > 0);
		expect(seen).toEqual(['ping']);
		stage.socket.destroy();
		await until(() => stage.ends.length > 0);
		expect(stage.clock.pending).toBe(0);
	});

	it('keeps what broke inside the relay to itself', async () => {
		const stage = converse(() => {
			throw new TypeError('cannot read /home/owner/secret');
		});
		stage.socket.push(fromClient(encode({ type: 'ping', sentAt: 0 })));
		await until(() => !stage.talk.isOpen);
		for (let count = 0; count < 10; count++) await stage.socket.drain();
		const [goodbye] = messagesOf(stage.socket.taken);
		expect(goodbye).toMatchObject({ message: 'Something broke inside the relay; its log says what' });
		stage.socket.destroy();
		await until(() => stage.ends.length > 0);
	});

	it('with a peer that breaks WebSocket itself ends with the code that fits', async () => {
		const stage = converse(() => {});
		stage.socket.push(Buffer.from([0x82, 0x05, 1, 2, 3, 4, 5])); // not masked
		await until(() => !stage.talk.isOpen);
		for (let count = 0; count < 10; count++) await stage.socket.drain();
		expect(Buffer.concat(stage.socket.taken).readUInt16BE(Buffer.concat(stage.socket.taken).length - 2)).toBe(1002);
		stage.clock.advance(2000);
		await until(() => stage.ends.length > 0);
	});

	it('ends when nothing at all was heard for ten seconds', async () => {
		const stage = converse(() => {});
		stage.clock.advance(10_000);
		stage.talk.tick(stage.clock.now());
		expect(stage.talk.isOpen).toBe(true);
		stage.clock.advance(1);
		stage.talk.tick(stage.clock.now());
		await until(() => stage.ends.length > 0);
		expect(stage.ends).toEqual(['Nothing was heard for ten seconds']);
	});

	it('counts a message from its first byte to its last, and what is kept of it', async () => {
		const stage = converse((_message, talk) => talk.keeps(500));
		const ping = fromClient(encode({ type: 'ping', sentAt: 0 }));
		for (const byte of ping.subarray(0, -1)) {
			stage.socket.push(Uint8Array.of(byte));
			await new Promise((resolve) => setImmediate(resolve));
			expect(stage.memory.incoming.used).toBeGreaterThan(BUFFER_OVERHEAD);
		}
		stage.socket.push(Uint8Array.from(ping.subarray(-1)));
		await until(() => stage.memory.incoming.used === 500);
		stage.socket.destroy();
		await until(() => stage.ends.length > 0);
		expect(stage.memory.incoming.used).toBe(0);
	});

	it('that holds too much of a message that is not whole is ended in words, and its memory is free at once', async () => {
		const stage = converse(() => {}, { ...plentyOfMemory(), incoming: new Budget(30_000) });
		const begun = fromClient(new Uint8Array(60_000)).subarray(0, 40_000);
		stage.socket.push(Uint8Array.from(begun));
		await until(() => stage.ends.length > 0);
		expect(stage.ends).toEqual([expect.stringContaining('holds too much that is not whole')]);
		expect([stage.memory.incoming.used, stage.socket.destroyed]).toEqual([0, true]);
	});

	it('counts what the peer has not taken, and the objects around it, until it has', async () => {
		const stage = converse(() => {});
		const { unsent } = stage.memory;
		const packet = Buffer.allocUnsafeSlow(10_000);
		stage.talk.socket.write(packet);
		stage.talk.wrote([packet]);
		stage.talk.send({ type: 'ping', sentAt: 0 });
		expect(unsent.used).toBeGreaterThan(10_000 + BUFFER_OVERHEAD);
		for (let count = 0; count < 6; count++) await stage.socket.drain();
		expect(unsent.used).toBe(0);
		stage.socket.destroy();
	});

	it('is ended if it has waited longest when peers that do not read hold too much', async () => {
		const stage = converse(() => {}, { ...plentyOfMemory(), unsent: new UnsentBudget(5000) });
		for (let count = 0; count < 50 && stage.talk.isOpen; count++) stage.talk.send({ type: 'ping', sentAt: 0 });
		await until(() => stage.ends.length > 0);
		expect(stage.ends).toEqual(['the relay holds too much for peers that do not read']);
		expect(stage.memory.unsent.used).toBe(0);
	});
});
