import { connect, type Socket } from 'node:net';
import { type Clock, deferred, type Millis } from '@oriel/base';
import { peerOf } from '../../errors/network.ts';
import { openVerifiedTls } from '../../tls/verified-tls.ts';
import { whenOpen } from '../../tls/when-open.ts';
import type { HttpAddress } from './http-address.ts';

/** From the start of a request to an open connection, TLS included. */
export const CONNECT_TIMEOUT_MS: Millis = 8000;
/** From an open connection to the head of the answer: a camera may have to wake its sensor first. */
export const ANSWER_TIMEOUT_MS: Millis = 12_000;

export interface Platform {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** The only public key that a camera with TLS may have, as `readPin` gives it. */
	readonly pin?: string | undefined;
}

/** An open connection, after TLS if the address asks for it. Rejects when `signal` aborts. */
export function openConnection(
	{ url, host }: HttpAddress,
	{ pin, clock }: Platform,
	signal: AbortSignal,
): Promise<Socket> {
	const { promise, resolve, reject } = deferred<Socket>();
	const done = (failure: Error | null, socket?: Socket) => (socket ? resolve(socket) : reject(failure));
	if (url.protocol === 'https:' || url.protocol === 'rtsps:') {
		openVerifiedTls({ url, host, peer: 'camera', pin, signal, wall: () => clock.wall() }, done);
	} else {
		whenOpen(connect({ host, port: peerOf(url, 'camera').port }), { event: 'connect', signal }, done);
	}
	return promise;
}
