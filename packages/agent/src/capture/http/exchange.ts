import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type Cancel, type Clock, deferred, type Millis } from '@oriel/base';
import { networkTrouble, networkWords, type Peer, peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';

/** From the start of a request to an open connection, TLS included. */
export const CONNECT_TIMEOUT_MS: Millis = 8000;
/** From an open connection to the head of the answer: a camera may have to wake its sensor first. */
export const ANSWER_TIMEOUT_MS: Millis = 12_000;

export interface Platform {
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** One GET on a connection of its own. `url` carries no user info. The answer's body has to be read or destroyed. */
export async function exchange(
	url: URL,
	headers: Readonly<Record<string, string>>,
	{ clock, signal }: Platform,
): Promise<IncomingMessage> {
	const peer = peerOf(url, 'camera');
	const answer = deferred<IncomingMessage>();
	const secure = url.protocol === 'https:';
	// Many cameras break the grammar of HTTP; we dial them on the owner's word, and never pass their headers on.
	const options = { headers, signal, agent: false as const, insecureHTTPParser: true };
	const request = (secure ? https : http).get(url, options, answer.resolve);
	let cancel: Cancel = clock.after(CONNECT_TIMEOUT_MS, () =>
		request.destroy(tooSlow(peer, 'to connect', CONNECT_TIMEOUT_MS)),
	);
	request.on('error', answer.reject);
	request.once('socket', (socket) => {
		socket.once(secure ? 'secureConnect' : 'connect', () => {
			cancel();
			cancel = clock.after(ANSWER_TIMEOUT_MS, () => request.destroy(tooSlow(peer, 'to answer', ANSWER_TIMEOUT_MS)));
		});
	});
	try {
		return await answer.promise;
	} catch (failure) {
		throw asSourceError(failure, peer);
	} finally {
		cancel();
	}
}

/** What a failed request or a broken body means. */
export function asSourceError(cause: unknown, peer: Peer): SourceError {
	if (cause instanceof SourceError) return cause;
	return new SourceError(networkTrouble(cause), networkWords(cause, peer), { again: 'soon', cause });
}

function tooSlow(peer: Peer, what: string, limit: Millis): SourceError {
	const words = `the camera at ${placeOf(peer)} takes longer than ${limit / 1000} s ${what}`;
	return new SourceError('timed-out', words, { again: 'soon' });
}
