import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import { AgentError, openVerifiedTls } from '@oriel/agent';
import { type Clock, reasonOf, systemCode } from '@oriel/base';
import type { Finding } from './finding.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 8000;
/** Below this part of its life it should have been renewed. */
const LATE = 0.25;

/** Where a certificate is looked at, and what it must be. */
export interface CertificateLook {
	/** Address to connect to. */
	readonly address: string;
	readonly port: number;
	/** The host of the relay's URL. */
	readonly host: string;
	/** `sha256/BASE64` of the public key of a relay whose certificate signs itself. */
	readonly pin?: string | undefined;
	/** PEM, for tests: stands in for the system's authorities. */
	readonly ca?: string | undefined;
}

/** Looks at the certificate as a browser on this machine would or, with a pin, as a camera does. */
export function lookAtCertificate(look: CertificateLook, clock: Clock): Promise<Finding> {
	return look.pin === undefined ? lookAtLife(look, clock) : lookAtKey(look, look.pin, clock);
}

function lookAtLife({ address, port, host, ca }: CertificateLook, clock: Clock): Promise<Finding> {
	return new Promise((resolve) => {
		const servername = isIP(host) === 0 ? host : '';
		const socket = connect({ host: address, port, servername, ...(ca === undefined ? {} : { ca }) });
		const settle = (seen: Omit<Finding, 'what'>) => {
			cancel();
			socket.destroy();
			resolve({ what: 'certificate', ...seen });
		};
		const cancel = clock.after(TIMEOUT_MS, () => settle(LATE_HANDSHAKE));
		socket.once('secureConnect', () => settle(lifeOf(lifeIn(socket.getPeerCertificate()), clock.wall())));
		socket.on('error', (failure) => settle(trouble(systemCode(failure) ?? '', reasonOf(failure))));
	});
}

function lookAtKey({ address, port, host }: CertificateLook, pin: string, clock: Clock): Promise<Finding> {
	return new Promise((resolve) => {
		const late = new AbortController();
		const cancel = clock.after(TIMEOUT_MS, () => late.abort());
		const url = new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
		const wall = () => clock.wall();
		openVerifiedTls({ url, peer: 'relay', host: address, pin, signal: late.signal, wall }, (failure, socket) => {
			cancel();
			socket?.destroy();
			resolve({ what: 'certificate', ...(late.signal.aborted ? LATE_HANDSHAKE : keySeen(failure)) });
		});
	});
}

function keySeen(failure: Error | null): Omit<Finding, 'what'> {
	if (!failure) return { verdict: 'good', words: 'self-signed, by the key that this camera knows' };
	if (!(failure instanceof AgentError)) return trouble(systemCode(failure) ?? '', reasonOf(failure));
	const cure =
		'If the relay was set up again, pair this machine again: oriel camera join CODE. Otherwise another machine answers there.';
	return { verdict: 'bad', words: failure.message, cure };
}

/** What of a certificate says how long it lives. */
export interface Life {
	/** Milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
	/** In few words. */
	readonly issuer: string;
}

function lifeIn({ valid_from, valid_to, issuer }: PeerCertificate): Life {
	return {
		from: Date.parse(valid_from),
		to: Date.parse(valid_to),
		issuer: [issuer.O ?? issuer.CN].flat().join(' '),
	};
}

/** How much of its life is left. */
export function lifeOf({ from, to, issuer }: Life, wall: number): Omit<Finding, 'what'> {
	const left = to - wall;
	if (left < 0) return { verdict: 'bad', words: `it ended on ${new Date(to).toISOString()}`, cure: RENEW };
	const words = `${(left / DAY_MS).toFixed(1)} days left, from ${issuer}`;
	if (left >= (to - from) * LATE) return { verdict: 'good', words };
	return { verdict: 'poor', words: `${words}: it should have been renewed`, cure: RENEW };
}

const RENEW = 'On its machine, "oriel doctor relay" and the log of the relay say why there is no new one.';
const NO_TLS =
	'Check that the relay, and no other program, listens there, and that the address begins with the right scheme.';

const LATE_HANDSHAKE: Omit<Finding, 'what'> = {
	verdict: 'bad',
	words: `no TLS handshake within ${TIMEOUT_MS / 1000} s`,
	cure: NO_TLS,
};

function trouble(code: string, reason: string): Omit<Finding, 'what'> {
	switch (code) {
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
			return {
				verdict: 'poor',
				words: 'self-signed: browsers warn, cameras check it by its pin',
				cure: 'Give the relay its name: --domain NAME, or --public-ip ADDRESS',
			};
		case 'CERT_HAS_EXPIRED':
			return { verdict: 'bad', words: 'it has ended', cure: RENEW };
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
			return { verdict: 'bad', words: `it is for another name: ${reason}`, cure: 'Use the name that it is for.' };
		default:
			return { verdict: 'bad', words: `${reason}${code ? ` (${code})` : ''}`, cure: NO_TLS };
	}
}
