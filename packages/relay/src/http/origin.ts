import type { IncomingMessage } from 'node:http';
import type { Exchange } from './route.ts';

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port. Nothing in it means anything to a shell. */
const CLEAN_HOST = /^(?:\w[\w.-]{0,252}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/;

/** The address by which a request has reached the relay, as its client writes it; undefined if it may be more than that. */
export function originOf({ request, isSecure }: Pick<Exchange<unknown>, 'request' | 'isSecure'>): string | undefined {
	const host = request.headers.host ?? '';
	return CLEAN_HOST.test(host) ? `${isSecure ? 'https' : 'http'}://${host}` : undefined;
}

/**
 * Whether the request comes from a page of this relay, or from no page at all. A browser sends `Origin` with every
 * WebSocket and every unsafe request; programs send none.
 */
export function isSameOrigin(request: IncomingMessage): boolean {
	const site = request.headers['sec-fetch-site'];
	if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
	const { origin, host } = request.headers;
	if (origin === undefined) return true;
	try {
		const from = new URL(origin);
		// Any machine on the way can put up a page with our name, if it comes by plain HTTP.
		const isForged = 'encrypted' in request.socket && from.protocol !== 'https:';
		return from.host === host && !isForged;
	} catch {
		return false;
	}
}
