import type { ClientRequestArgs } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { AgentError } from '../errors/agent-error.ts';
import { peerOf, placeOf } from '../errors/network.ts';
import { pinMismatch, type TlsPeer, unverified } from './certificate-words.ts';
import { pinOf } from './pin.ts';
import { whenOpen } from './when-open.ts';

export interface VerifiedTlsOptions {
	/** `wss:` or `https:` */
	readonly url: URL;
	/** What is expected at the other end: for words. */
	readonly peer: TlsPeer;
	/** The host to dial, where the URL cannot carry it: an IPv6 address with its zone. */
	readonly host?: string | undefined;
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
 * Opens a TLS connection and gives it to `done` only after the other end has been found to be the relay or camera that is meant: no byte is sent
 * on it before. This is the one place that takes the check out of Node's hands, because a pinned certificate need not have
 * an authority, and because Node throws away the certificate that it refuses, about which the owner wants to hear.
 */
export function openVerifiedTls(
	options: VerifiedTlsOptions,
	done: (failure: Error | null, socket?: TLSSocket) => void,
): void {
	const { url, pin, signal, ca } = options;
	const { host: named, port } = peerOf(url, options.peer);
	const host = options.host ?? named;
	const servername = isIP(named) === 0 ? named : '';
	const socket = connect({ host, port, servername, rejectUnauthorized: false, ...(ca ? { ca } : {}) });
	const refusal = (open: TLSSocket) => refusalOf(open, pin, options);
	whenOpen(socket, { event: 'secureConnect', signal, refusalOf: refusal }, done);
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

/** Why this is not the peer that was meant; undefined: it is. */
function refusalOf(socket: TLSSocket, pin: string | undefined, options: VerifiedTlsOptions): AgentError | undefined {
	const { url, peer, wall } = options;
	const certificate = socket.getPeerX509Certificate();
	if (!certificate) return new AgentError('certificate', `${placeOf(peerOf(url, peer))} shows no certificate`);
	const refused = { peer, host: url.host, certificate, now: wall() };
	if (pin !== undefined) {
		return pinOf(certificate) === pin ? undefined : new AgentError('certificate', pinMismatch(pin, refused));
	}
	if (socket.authorized) return undefined;
	return new AgentError('certificate', unverified(String(socket.authorizationError), refused));
}
