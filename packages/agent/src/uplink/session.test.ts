import { EventEmitter } from 'node:events';
import { silentLog } from '@oriel/base';
import { decode, encode, type Message } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Session, SILENCE_TIMEOUT_MS } from './session.ts';

/** What a session uses of a WebSocket; the test is the relay. */
class FakeSocket extends EventEmitter {
	readonly CLOSED = 3;
	readyState = 1;
	bufferedAmount = 0;
	readonly sent: Message[] = [];
	closedWith: number | undefined;
	isTerminated = false;

	send(bytes: Uint8Array): void {
		this.sent.push(...decode(bytes));
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
