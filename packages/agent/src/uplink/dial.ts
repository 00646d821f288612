import type { IncomingMessage } from 'node:http';
import { type Clock, deferred, type Millis, type Secret } from '@oriel/base';
import { MAX_CONTROL_BYTES, SUBPROTOCOL } from '@oriel/protocol';
import { WebSocket } from 'ws';
import { AgentError } from '../errors/agent-error.ts';
import { openVerifiedTls, type SecureConnection, verifiedConnection } from '../tls/verified-tls.ts';
import { failure, refusal } from './refusal.ts';

/** From the first packet to an open WebSocket: name, TCP, TLS and the relay's answer. */
export const HANDSHAKE_TIMEOUT_MS: Millis = 8000;
/** A relay sends nothing but control messages; two in one WebSocket message fit. */
export const MAX_RELAY_MESSAGE_BYTES: number = 2 * MAX_CONTROL_BYTES;

export interface DialOptions {
	/** As `agentUrl` gives it. */
	readonly url: URL;
	readonly key: Secret;
	/** The relay's public key, if it is known; see `readPin`. Only with `wss:`. */
	readonly pin?: string | undefined;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/**
 * Opens the connection to the relay. The WebSocket comes paused, so that nothing is lost before its owner listens.
 * Rejects with an AgentError in plain words, or with the reason of `signal`.
 */
export async function dial({ url, key, pin, clock, signal }: DialOptions): Promise<WebSocket> {
	signal.throwIfAborted();
	const over = new AbortController();
	const wall = () => clock.wall();
	const socket = open(url, key, (done) =>
		openVerifiedTls({ url, peer: 'relay', pin, signal: over.signal, wall }, done),
	);
	const opened = deferred<WebSocket>();
	const giveUp = (reason: unknown) => {
		opened.reject(reason);
		over.abort();
		socket.terminate();
	};
	const aborted = () => giveUp(signal.reason);
	const cancel = clock.after(HANDSHAKE_TIMEOUT_MS, () => giveUp(tooSlow(url)));
	signal.addEventListener('abort', aborted);
	socket.on('error', (cause) => opened.reject(failure(cause, url)));
	socket.once('open', () => {
		socket.pause();
		opened.resolve(socket);
	});
	socket.once('unexpected-response', (_request: unknown, answer: IncomingMessage) => {
		void refusal(answer, url).then(giveUp);
	});
	try {
		return await opened.promise;
	} finally {
		cancel();
		signal.removeEventListener('abort', aborted);
	}
}

function open(url: URL, key: Secret, secure: SecureConnection): WebSocket {
	try {
		return new WebSocket(url, SUBPROTOCOL, {
			headers: { Authorization: `Bearer ${key.reveal()}` },
			perMessageDeflate: false,
			maxPayload: MAX_RELAY_MESSAGE_BYTES,
			...(url.protocol === 'wss:' ? { createConnection: verifiedConnection(secure) } : {}),
		});
	} catch (cause) {
		// Node names the header that it cannot send, never its value.
		throw new AgentError('bad-key', 'the key holds characters that a key cannot have; is it the right file?', {
			cause,
		});
	}
}

function tooSlow(url: URL): AgentError {
	const seconds = HANDSHAKE_TIMEOUT_MS / 1000;
	return new AgentError(
		'timed-out',
		`${url.host} does not answer within ${seconds} s; does a firewall let us through?`,
	);
}
