import type { IncomingMessage } from 'node:http';
import type { Peers } from '../http/peer.ts';
import type { Presented } from './access.ts';
import { cookieName } from './cookies.ts';

/** Longest credential that is looked at: ours have about 60 characters. */
export const MAX_CREDENTIAL_LENGTH = 256;

/** What an HTTP request shows to be let in, and whether it comes from this machine. */
export function httpCredentials(request: IncomingMessage, peers: Pick<Peers, 'isSecure' | 'isLocal'>): Presented {
	return { ...presentedCredentials(request, peers.isSecure(request)), isLocal: () => peers.isLocal(request) };
}

/**
 * What a request shows to be let in. An `Authorization` header counts even if it is unreadable: it then opens nothing.
 * A cookie counts only under the name that fits the connection: one that was set over plain http is none over TLS.
 */
export function presentedCredentials(request: IncomingMessage, isSecure: boolean): Omit<Presented, 'isLocal'> {
	const { authorization, cookie } = request.headers;
	return {
		secret: authorization === undefined ? undefined : readAuthorization(authorization),
		session: readCookie(cookie, cookieName('session', isSecure)),
		guest: readCookie(cookie, cookieName('guest', isSecure)),
	};
}

function readAuthorization(header: string): string {
	const [scheme = '', value = ''] = header.split(/ +/, 2);
	if (value.length > MAX_CREDENTIAL_LENGTH * 2) return '';
	if (scheme.toLowerCase() === 'bearer') return value;
	if (scheme.toLowerCase() !== 'basic') return '';
	const decoded = Buffer.from(value, 'base64').toString('utf8');
	return decoded.slice(decoded.indexOf(':') + 1);
}

function readCookie(header: string | undefined, wanted: string): string | undefined {
	for (const pair of header?.split(';') ?? []) {
		const [name, value] = pair.trim().split('=', 2);
		if (name === wanted && value && value.length <= MAX_CREDENTIAL_LENGTH) return value;
	}
	return undefined;
}
