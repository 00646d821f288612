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
		return new URL(origin).host === host;
	} catch {
		return false;
	}
}
