import type { ServerResponse } from 'node:http';
import { type CookieKind, cookieLine } from '../auth/cookies.ts';
import { deviceWords } from '../auth/device.ts';
import type { Principal } from '../auth/policy.ts';
import { SESSION_DAYS, type Visitor } from '../auth/sessions.ts';
import type { Exchange } from '../http/route.ts';

/** Who asks, for the event log: the browser, and who it is known to be. */
export function visitorOf({
	request,
	address,
	who,
}: Pick<Exchange<Principal>, 'request' | 'address' | 'who'>): Visitor & {
	readonly by: Principal;
} {
	return { address, device: deviceWords(request.headers['user-agent']), by: who };
}

/** Gives the browser a cookie for as long as a session lasts. */
export function setCookie(exchange: Exchange<unknown>, kind: CookieKind, secret: string): void {
	addCookie(exchange.response, cookieLine(kind, exchange.isSecure, secret, SESSION_DAYS * 86_400));
}

/** Takes a cookie back. */
export function dropCookie(exchange: Exchange<unknown>, kind: CookieKind): void {
	addCookie(exchange.response, cookieLine(kind, exchange.isSecure, '', 0));
}

function addCookie(response: ServerResponse, line: string): void {
	response.appendHeader('set-cookie', line);
}
