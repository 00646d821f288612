import type { IncomingMessage } from 'node:http';
import { RelayError } from '../errors/relay-error.ts';

/** A path as RFC 3986 writes it. Everything else, such as `\`, `#` and control characters, is no path. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
/** `http://HOST/path`, as a client writes to a proxy (RFC 9112, 3.2.2). */
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

/** Where a request goes. */
export interface Target {
	/** As it was sent: nothing is decoded, so that every route has one spelling. */
	readonly path: string;
	/** The query with its `?`; '' if there is none. */
	readonly search: string;
}

/** The target of a request; throws `bad-request` unless it names one host and one path. */
export function targetOf(request: IncomingMessage): Target {
	const host = hostOf(request);
	const { url = '' } = request;
	const [, authority, rest = ''] = ABSOLUTE.exec(url) ?? [];
	if (authority !== undefined && authority.toLowerCase() !== host?.toLowerCase()) {
		throw new RelayError('bad-request', 'The address of the request names another host than its Host header');
	}
	const origin = authority === undefined ? url : rest;
	const end = origin.indexOf('?');
	const path = end < 0 ? origin : origin.slice(0, end);
	const whole = path === '' && authority !== undefined ? '/' : path;
	if (!PATH.test(whole)) throw new RelayError('bad-request', 'The path of the request cannot be read');
	return { path: whole, search: end < 0 ? '' : origin.slice(end) };
}

/**
 * The one `Host` of a request. With two, a proxy in front may have looked at the other one (RFC 9112, 3.2). HTTP/1.0 needs
 * none.
 */
function hostOf({ rawHeaders, headers, httpVersion }: IncomingMessage): string | undefined {
	let count = 0;
	for (let index = 0; index < rawHeaders.length; index += 2) {
		if (rawHeaders[index]?.toLowerCase() === 'host') count++;
	}
	if (count > 1) throw new RelayError('bad-request', `The request has ${count} Host headers; exactly one is expected`);
	if (count === 0 && httpVersion !== '1.0') {
		throw new RelayError('bad-request', 'The request has no Host header; exactly one is expected');
	}
	return headers.host;
}
