// What the floods share: raw connections that write as fast as the relay takes it, and come back at once when it ends them.
import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '@oriel/protocol';
import type { Attack, Target } from '@oriel/testing/attack';

/** About what one read of a socket holds. */
const CHUNK_BYTES = 64 * 1024;

/** How soon a connection that was ended is opened again. Less would only measure how quickly the system refuses. */
const COME_BACK_MS = 5;

export interface Flood {
	/** Connections at once. */
	readonly connections: number;
	/** Written once on each connection: a request, or a WebSocket handshake and what must come first. */
	readonly begin: (target: Target) => string | Uint8Array;
	/** Written again and again after that; undefined: the connection is closed as soon as the relay answers. */
	readonly repeat?: (target: Target) => Uint8Array;
	/** Write `repeat` only after an answer, as HTTP clients do. */
	readonly waits?: boolean;
}

/** A flood as an attack. */
export function flood(what: Flood): Attack {
	return async (target, signal) => {
		setMaxListeners(0, signal);
		const begin = Buffer.from(what.begin(target));
		const repeat = what.repeat && Buffer.from(what.repeat(target));
		const one = async () => {
			while (!signal.aborted) await connection(target.port, begin, repeat, what.waits === true, signal);
		};
		await Promise.all(Array.from({ length: what.connections }, one));
	};
}

/** One connection, until either side ends it. */
function connection(
	port: number,
	begin: Buffer,
	repeat: Buffer | undefined,
	waits: boolean,
	signal: AbortSignal,
): Promise<void> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: '127.0.0.1', noDelay: true });
		const end = () => socket.destroy();
		signal.addEventListener('abort', end);
		socket.on('error', end);
		socket.on('end', end);
		socket.on('close', () => {
			signal.removeEventListener('abort', end);
			setTimeout(resolve, COME_BACK_MS);
		});
		socket.on('data', () => {
			if (!repeat) end();
			else if (waits) socket.write(repeat);
		});
		socket.write(begin);
		if (repeat && !waits) pump(socket, repeat);
	});
}

function pump(socket: Socket, bytes: Buffer): void {
	const write = () => {
		while (!socket.destroyed && socket.write(bytes));
	};
	socket.on('drain', () => setImmediate(write));
	write();
}

/** The request that opens a WebSocket. */
export function handshake(path: '/live' | '/agent', secret: string): string {
	return request('GET', path, {
		authorization: `Bearer ${secret}`,
		connection: 'Upgrade',
		upgrade: 'websocket',
		'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
		'sec-websocket-version': '13',
		'sec-websocket-protocol': SUBPROTOCOL,
	});
}

/** An HTTP request on a connection that stays. */
export function request(
	method: string,
	path: string,
	headers: Readonly<Record<string, string>> = {},
	body = '',
): string {
	const length = body === '' ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) };
	const lines = Object.entries({ host: 'relay', ...headers, ...length }).map(([name, value]) => `${name}: ${value}`);
	return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** One WebSocket frame of a client, with a mask that changes nothing. */
export function webSocketFrame(body: Uint8Array, { opcode = 2, isLast = true } = {}): Buffer {
	const { length } = body;
	const size =
		length < 126
			? [length]
			: length < 65_536
				? [126, length >> 8, length & 0xff]
				: [127, 0, 0, 0, 0, ...bytesOf(length)];
	const [first = 0, ...more] = size;
	return Buffer.concat([Uint8Array.of((isLast ? 0x80 : 0) | opcode, first | 0x80, ...more, 0, 0, 0, 0), body]);
}

function bytesOf(length: number): number[] {
	return [24, 16, 8, 0].map((shift) => (length >>> shift) & 0xff);
}

/** `parts` again and again, until about a read is full; at least once. */
export function filled(...parts: readonly Uint8Array[]): Buffer {
	const once = Buffer.concat(parts);
	return Buffer.concat(Array<Buffer>(Math.max(1, Math.floor(CHUNK_BYTES / once.length))).fill(once));
}
