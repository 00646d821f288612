import type { IncomingMessage } from 'node:http';

/** Name of the cookie that carries the owner's session. */
export const SESSION_COOKIE = 'oriel_session';

/** Longest credential that is looked at: ours have about 60 characters. */
const MAX_CREDENTIAL_LENGTH = 256;

/** A proxy that speaks for somebody else says so in one of these. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

export interface Presented {
	/** From `Authorization`: Bearer, or the password of Basic. */
	readonly secret: string | undefined;
	/** From the session cookie. */
	readonly session: string | undefined;
	/** The caller is a program on this machine and no proxy in between admits to being one. */
	readonly isLocal: boolean;
}

/** What a request shows to be let in. An `Authorization` header counts even if it is unreadable: it then opens nothing. */
export function presentedCredentials(request: IncomingMessage): Presented {
	const header = request.headers.authorization;
	return {
		secret: header === undefined ? undefined : readAuthorization(header),
		session: readSession(request.headers.cookie),
		isLocal: isLoopback(request.socket.remoteAddress) && !PROXY_HEADERS.some((name) => name in request.headers),
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

function readSession(header: string | undefined): string | undefined {
	for (const pair of header?.split(';') ?? []) {
		const [name, value] = pair.trim().split('=', 2);
		if (name === SESSION_COOKIE && value && value.length <= MAX_CREDENTIAL_LENGTH) return value;
	}
	return undefined;
}

function isLoopback(address: string | undefined): boolean {
	return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
