import type { X509Certificate } from 'node:crypto';
import type { ClientRequestArgs } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { AgentError } from '../errors/agent-error.ts';
import { peerOf, placeOf } from '../errors/network.ts';
import { pinOf } from './pin.ts';

export interface VerifiedTlsOptions {
	/** `wss:` */
	readonly url: URL;
	/** The only public key that is accepted, as `readPin` gives it; undefined: whatever the system's authorities vouch for. */
	readonly pin: string | undefined;
	/** Aborting it ends the attempt. */
	readonly signal: AbortSignal;
	/** Authorities (PEM) instead of the system's. */
	readonly ca?: string | undefined;
	/** Milliseconds since 1970, as this machine believes: for words about it. */
	readonly wall: () => number;
}

/**
 * Opens a TLS connection and gives it to `done` only after the other end has been found to be the relay: no byte is sent
 * on it before. This is the one place that takes the check out of Node's hands, because a pinned certificate need not have
 * an authority, and because Node throws away the certificate that it refuses, about which the owner wants to hear.
 */
export function openVerifiedTls(
	options: VerifiedTlsOptions,
	done: (failure: Error | null, socket?: TLSSocket) => void,
): void {
	const { url, pin, signal, ca } = options;
	const { host, port } = peerOf(url, 'relay');
	const servername = isIP(host) === 0 ? host : '';
	const socket = connect({ host, port, servername, rejectUnauthorized: false, ...(ca ? { ca } : {}) });
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
	socket.once('secureConnect', () => {
		const refusal = refusalOf(socket, pin, options);
		if (refusal) {
			fail(refusal);
			return;
		}
		settle();
		done(null, socket);
	});
	if (signal.aborted) stop();
}

/** Opens a connection and calls back when it is there, or not. */
export type SecureConnection = (done: (failure: Error | null, socket?: Duplex) => void) => void;

/** The same as an option of a request: Node's HTTP takes a connection that comes later, and writes nothing before. */
export function verifiedConnection(open: SecureConnection): NonNullable<ClientRequestArgs['createConnection']> {
	return (_options, done) => {
		open((failure, socket) => {
			if (socket) done(null, socket);
			else done(failure, undefined as never);
		});
		return undefined;
	};
}

/** Why this is not the relay that was wanted; undefined: it is. */
function refusalOf(socket: TLSSocket, pin: string | undefined, options: VerifiedTlsOptions): AgentError | undefined {
	const certificate = socket.getPeerX509Certificate();
	if (!certificate) return refused(`${placeOf(peerOf(options.url, 'relay'))} shows no certificate`);
	if (pin !== undefined) {
		const seen = pinOf(certificate);
		return seen === pin ? undefined : refused(mismatch(pin, seen, options));
	}
	if (socket.authorized) return undefined;
	return refused(unverified(String(socket.authorizationError), certificate, options));
}

function mismatch(expected: string, seen: string, { url }: VerifiedTlsOptions): string {
	return [
		`${url.host} is not the relay that the pin belongs to, or it has a new key`,
		`expected ${expected}, seen ${seen}`,
		'if you have set the relay up anew, use the pin that it prints now; otherwise somebody may be in between',
	].join('; ');
}

/** What a code of OpenSSL means for whoever owns the camera. */
function unverified(code: string, certificate: X509Certificate, { url, wall }: VerifiedTlsOptions): string {
	const here = `this machine believes that it is ${new Date(wall()).toISOString()}`;
	switch (code) {
		case 'CERT_HAS_EXPIRED':
			return `the certificate of ${url.host} ended on ${dateOf(certificate.validTo)}; ${here}. Is its clock right? Then see on the relay's page why there is no new one`;
		case 'CERT_NOT_YET_VALID':
			return `the certificate of ${url.host} begins on ${dateOf(certificate.validFrom)}; ${here}. Its clock is wrong`;
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
			return `the certificate of ${url.host} is for ${namesOf(certificate)}; use one of these as the address of the relay`;
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
			return `nobody vouches for ${url.host}: its certificate is self-signed. Compare with the pin that the relay prints; only if it is the same, add: --relay-pin ${pinOf(certificate)}`;
		default:
			return `the certificate of ${url.host} is from ${oneLine(certificate.issuer)}, whom this machine does not know (${code})`;
	}
}

function refused(words: string): AgentError {
	return new AgentError('certificate', words);
}

function namesOf({ subjectAltName = '' }: X509Certificate): string {
	const names = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
	return names.length > 0 ? oneLine(names.slice(0, 5).join(', ')) : 'no name at all';
}

function dateOf(text: string): string {
	const at = Date.parse(text);
	return Number.isNaN(at) ? oneLine(text) : new Date(at).toISOString();
}

/** The words of a stranger on one line. */
function oneLine(text: string): string {
	return text
		.replace(/\p{C}+/gu, ' ')
		.trim()
		.slice(0, 200);
}
