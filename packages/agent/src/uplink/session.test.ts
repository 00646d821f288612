import { EventEmitter } from 'node:events';
import { silentLog } from '@oriel/base';
import { decode, encode, type Message } from '@oriel/protocol';
import type { TrackId } from '@oriel/stream';
import { aFrame } from '@oriel/testing/a-frame';
import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { MAX_BUFFERED_BYTES } from './send-queue.ts';
import { Session, SILENCE_TIMEOUT_MS } from './session.ts';

/** What a session uses of a WebSocket; the test is the relay. */
class FakeSocket extends EventEmitter {
	readonly CLOSED = 3;
	readyState = 1;
	bufferedAmount = 0;
	readonly sent: Message[] = [];
	closedWith: number | undefined;
	isTerminated = false;

	/** Whether what is written stays in the process for a moment, as with TLS. */
	isSlow = false;
	readonly #written: (() => void)[] = [];

	send(bytes: Uint8Array, written: () => void = () => {}): void {
		this.sent.push(...decode(bytes));
		if (!this.isSlow) return;
		this.bufferedAmount += bytes.length;
		this.#written.push(written);
	}

	/** The kernel takes all of it. */
	drain(): void {
		this.bufferedAmount = 0;
		for (const written of this.#written.splice(0)) written();
	}

	receive(message: Message): void {
		this.emit('message', Buffer.from(encode(message)), true);
	}

	close(code: number): void {
		this.closedWith = code;
		queueMicrotask(() => this.emit('close', code));
	}

	terminate(): void {
		this.isTerminated = true;
	}

	resume(): void {}
}

function begun(onControl = () => {}) {
	const clock = new FakeClock();
	const socket = new FakeSocket();
	const session = new Session({
		socket: socket as unknown as WebSocket,
		software: 'oriel-agent/0.1.0',
		clock,
		log: silentLog,
		introduce: () => [],
		onKeyWanted() {},
		onPause() {},
		onControl,
		onActivity() {},
	});
	return { clock, socket, session };
}

it('ends the connection, in words that do not blame the relay, when a message breaks something inside the agent', async () => {
	const { clock, socket, session } = begun(() => {
		throw new TypeError('no such driver');
	});
	socket.receive({ type: 'control', camera: 1, number: 1, reset: true, values: [] });
	const { words, retryAfterMs } = await session.ended;
	const message = 'something broke inside the agent: no such driver';
	expect([words, retryAfterMs, socket.closedWith]).toEqual([message, 5000, 1002]);
	expect(socket.sent.at(-1)).toEqual({ type: 'goodbye', reason: 'protocol-error', message, retryAfterMs });
	expect(clock.pending).toBe(0);
});

it('says goodbye to a silent relay and does not wait for it to close', () => {
	const { clock, socket } = begun();
	clock.advance(SILENCE_TIMEOUT_MS);
	expect(socket.sent.at(-1)).toMatchObject({ type: 'goodbye', reason: 'silent' });
	expect(socket.isTerminated).toBe(true);
});

it('answers nothing once the socket has failed', () => {
	const { socket } = begun();
	const { length } = socket.sent;
	socket.emit('error', new Error('reset'));
	socket.receive({ type: 'ping', sentAt: 1 });
	expect(socket.sent).toHaveLength(length);
});

it('tells a relay that sends text what it expects', () => {
	const { socket } = begun();
	socket.emit('message', Buffer.from(encode({ type: 'ping', sentAt: 1 })), false);
	expect(socket.sent.at(-1)).toMatchObject({ message: expect.stringContaining('expected a binary message') });
});

it('sends the video of a camera whose preview is made first and takes the whole socket each time', () => {
	const { socket, session } = begun();
	const data = new Uint8Array(MAX_BUFFERED_BYTES + 1);
	socket.receive({ type: 'hello', version: 1, software: 'oriel-relay/0.1.0', capabilities: ['tracks'] });
	socket.isSlow = true;
	const preview: TrackId = { number: 2, camera: 'door', name: 'preview' };
	for (let sequence = 0; sequence < 5; sequence++) {
		session.offer(aFrame({ track: preview, sequence, data }));
		session.offer(aFrame({ sequence, data }));
		socket.drain();
		socket.drain();
		for (const camera of [1, 2]) socket.receive({ type: 'ack', camera, sequence, ageMs: 1 });
	}
	const frames = socket.sent.filter((message) => message.type === 'frame');
	const of = (camera: number) => frames.filter((frame) => frame.camera === camera).map(({ sequence }) => sequence);
	expect([of(1), of(2)]).toEqual([
		[0, 1, 2, 3, 4],
		[0, 1, 2, 3, 4],
	]);
});
