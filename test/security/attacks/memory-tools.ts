import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '@oriel/protocol';
import type { Target } from '@oriel/testing/attack';
import { upgradeHeaders } from '@oriel/testing/relay/ask';

/** A raw connection of an attacker, closed when the attack is over. What comes is read, unless it is told not to. */
export function dial(port: number, signal: AbortSignal, { reads = true } = {}): Socket {
	const socket = connect({ port, host: '127.0.0.1' });
	socket.on('error', () => socket.destroy());
	if (reads) socket.resume();
	else socket.pause();
	// One for each connection of the attack, which is no leak.
	setMaxListeners(0, signal);
	const stop = () => socket.destroy();
	signal.addEventListener('abort', stop);
	socket.once('close', () => signal.removeEventListener('abort', stop));
	return socket;
}

/** The request that opens a WebSocket. */
export function handshake(path: string, secret: string): string {
	const headers = { host: 'relay', authorization: `Bearer ${secret}`, ...upgradeHeaders(SUBPROTOCOL) };
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A frame of a WebSocket message, masked with zeros: its length may be a lie. */
export function webSocketFrame(
	payload: Uint8Array,
	{ length = payload.length, isFinal = true, opcode = 2 } = {},
): Buffer {
	const head = Buffer.alloc(14);
	head[0] = (isFinal ? 0x80 : 0) | opcode;
	head[1] = 0xff;
	head.writeBigUInt64BE(BigInt(length), 2);
	return Buffer.concat([head, payload]);
}

export function publish(target: Target, camera = target.hostileCamera): string {
	const head = [
		`PUT /cameras/${camera}/ingest HTTP/1.1`,
		'host: relay',
		`authorization: Bearer ${target.key}`,
		'transfer-encoding: chunked',
	];
	return `${head.join('\r\n')}\r\n\r\n`;
}

export function chunk(bytes: Uint8Array): Buffer {
	return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Resolves when the socket has taken all, has gone, or the attack is over. */
export function flushed(socket: Socket, signal: AbortSignal): Promise<void> {
	if (socket.destroyed || signal.aborted) return Promise.resolve();
	// Called with an error when the socket is destroyed, which the end of the attack does.
	return new Promise((resolve) => socket.write('', () => resolve()));
}

/** Lets all others in this process and at the relay do something. */
export function breathe(signal: AbortSignal, ms = 10): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		if (signal.aborted) done();
		else signal.addEventListener('abort', done, { once: true });
	});
}

/** Keeps `count` connections open that `begin` begins; one that is ended is begun again. */
export async function keepOpen(count: number, signal: AbortSignal, begin: () => Socket): Promise<void> {
	const open = new Set<Socket>();
	while (!signal.aborted) {
		if (open.size < count) {
			const socket = begin();
			open.add(socket);
			socket.once('close', () => open.delete(socket));
			await breathe(signal, 50);
		} else await breathe(signal, 50);
	}
	for (const socket of open) socket.destroy();
}
