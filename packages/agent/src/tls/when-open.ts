import type { Socket } from 'node:net';

export interface Opening<S extends Socket> {
	/** What the socket says once it can be used. */
	readonly event: 'connect' | 'secureConnect';
	/** Aborting it ends the attempt. */
	readonly signal: AbortSignal;
	/** Why this connection must not be used; undefined: it may be. */
	readonly refusalOf?: (socket: S) => Error | undefined;
}

/** Gives `socket` to `done` once it is open. One that fails, is refused or is given up is destroyed. */
export function whenOpen<S extends Socket>(
	socket: S,
	{ event, signal, refusalOf = () => undefined }: Opening<S>,
	done: (failure: Error | null, socket?: S) => void,
): void {
	const stop = () => fail(new Error('the attempt was given up'));
	const settle = () => {
		signal.removeEventListener('abort', stop);
		socket.off('error', fail);
	};
	const fail = (failure: Error) => {
		settle();
		socket.on('error', () => undefined);
		socket.destroy();
		done(failure);
	};
	signal.addEventListener('abort', stop);
	socket.once('error', fail);
	socket.once(event, () => {
		const refusal = refusalOf(socket);
		if (refusal) {
			fail(refusal);
			return;
		}
		settle();
		done(null, socket);
	});
	if (signal.aborted) stop();
}
