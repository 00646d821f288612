import type { IncomingMessage } from 'node:http';

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
		// Anybody on the way can put up a page with our name, if it comes by plain HTTP.
		const isForged = 'encrypted' in request.socket && from.protocol !== 'https:';
		return from.host === host && !isForged;
	} catch {
		return false;
	}
}
