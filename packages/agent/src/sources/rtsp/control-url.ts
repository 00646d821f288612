import type { RtspMessage } from './message-reader.ts';

type Headers = Extract<RtspMessage, { kind: 'reply' }>['headers'];

/** The address without what is no part of a request: user name, password, fragment. */
export function requestUrl(url: URL): string {
	const plain = new URL(url);
	plain.username = plain.password = plain.hash = '';
	return plain.href;
}

/**
 * What the names of tracks are relative to (RFC 2326 C.1.1): `Content-Base`, `Content-Location`, or the address that was
 * asked. Some cameras put a host without a scheme there, or two schemes, or a path.
 */
export function baseOf(headers: Headers, asked: string): string {
	const given = (headers.get('content-base') ?? headers.get('content-location') ?? '').trim();
	const twice = /^rtsps?:\/\/(rtsps?:\/\/.*)$/i.exec(given)?.[1];
	if (twice !== undefined) return twice;
	if (/^rtsps?:\/\//i.test(given)) return given;
	if (given.startsWith('/')) return originOf(asked) + given;
	const host = /^[\w.-]+(:\d+)?\//.test(given) ? given : undefined;
	return host === undefined ? asked : `${/^[a-z]+/i.exec(asked)?.[0]}://${host}`;
}

/**
 * The addresses that `a=control` may mean, the likeliest first. Players append it to the base, behind a query, too, and
 * cameras rely on that; RFC 2326 asks to resolve it as a relative URL, which comes second.
 */
export function controlUrls(base: string, control: string | undefined): string[] {
	if (control === undefined || control === '*') return [base];
	if (/^rtsps?:\/\//i.test(control)) return [control];
	const appended = `${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`;
	const resolved = URL.canParse(control, base) ? new URL(control, base).href : appended;
	return appended === resolved ? [appended] : [appended, resolved];
}

function originOf(url: string): string {
	return /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
}
