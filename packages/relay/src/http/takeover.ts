import type { Duplex } from 'node:stream';
import type { Clock } from '@oriel/base';

/** A client that was refused has this long to see the answer. */
export const LINGER_MS = 2000;
/** What such a client may still send until then. Behind it nothing is read: throwing away at the speed of a network takes a core. */
export const MAX_LINGER_BYTES = 1024 * 1024;

/** What stays on a socket when it is taken from Node's HTTP server: what tells that it is over. */
const KEPT_EVENTS = ['close', 'error'] as const;

/**
 * Takes a socket from Node's HTTP server for good: what still comes is read and thrown away, for the end of a connection
 * is only seen by reading. Nothing is parsed any more, so that no second answer and no `400` of Node's can get in between.
 * Must not be called out of the parser, whose buffer may hold more: see `HttpConnection`.
 */
export function takeFromHttp(socket: Duplex): void {
	const kept = KEPT_EVENTS.map((event) => [event, socket.rawListeners(event)] as const);
	// All at once: removing them one by one would leave a slow table of events behind.
	socket.removeAllListeners();
	for (const [event, listeners] of kept) for (const listener of listeners) socket.on(event, listener as () => void);
	socket.on('data', ignore);
	// Where the parser had more than it could take, it had stopped reading.
	socket.resume();
	if ('setTimeout' in socket) (socket as { setTimeout(ms: number): void }).setTimeout(0);
}

/**
 * Ends a connection whose peer may still be sending, after `last` if there is something left to say. Closing at once would
 * reset the connection, and the answer could be lost on the way (RFC 9112, 9.6). So only our half is closed, and what still
 * comes is thrown away until the peer closes the other or has had its time. May be called from anywhere, the parser too.
 */
export function endLingering(socket: Duplex, clock: Clock, last = ''): void {
	setImmediate(() => {
		if (socket.destroyed) return;
		takeFromHttp(socket);
		let discarded = 0;
		socket.on('data', ({ length }: Buffer) => {
			discarded += length;
			if (discarded > MAX_LINGER_BYTES) socket.pause();
		});
		const cancel = clock.after(LINGER_MS, () => socket.destroy());
		socket.once('close', cancel);
		socket.end(last);
	});
}

function ignore(): void {}
