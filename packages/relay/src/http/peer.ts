import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AddressRanges, plainAddress } from './address-range.ts';

/** Proxies in a row that are looked through; real ones have fewer, and a header must not cost more. */
const MAX_PROXIES = 16;

/** What proxies say about those for whom they ask, and browsers about the page for which they ask. */
const FOREIGN_HEADERS = /^(?:forwarded|via|x-forwarded-.*|.*-client-ip|x-real-ip|cf-.*|origin|referer|cookie|sec-.*)$/;
/** `127.0.0.1`, `[::1]` and `localhost`, with or without a port. */
const LOOPBACK_HOST = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)(?::\d{1,5})?$/i;

/**
 * Who is at the other end of a request. What a request says about that is believed only if it comes from a proxy that
 * the owner has named (`--trust-proxy`); a peer on loopback is believed no more than any other.
 */
export class Peers {
	readonly #proxies: AddressRanges;

	constructor(trustedProxies: readonly string[] = []) {
		this.#proxies = new AddressRanges(trustedProxies);
	}

	/** The address of the client: the socket's, or the one that trusted proxies have passed on. '' if the socket is gone. */
	readonly addressOf = (request: IncomingMessage): string => {
		let address = plainAddress(request.socket.remoteAddress ?? '');
		const passedOn = listIn(request, 'x-forwarded-for').slice(-MAX_PROXIES);
		while (this.#proxies.has(address)) {
			const before = withoutPort(passedOn.pop() ?? '');
			if (isIP(before) === 0) break;
			address = before;
		}
		return address;
	};

	/** Whether the connection is private: the request came by TLS, here or at a trusted proxy. */
	readonly isSecure = (request: IncomingMessage): boolean => {
		if ((request.socket as Partial<TLSSocket>).encrypted === true) return true;
		return this.isTrustedProxy(request) && listIn(request, 'x-forwarded-proto').at(-1)?.toLowerCase() === 'https';
	};

	/** Whether the socket's other end is a proxy that the owner has named. */
	readonly isTrustedProxy = (request: IncomingMessage): boolean => this.#proxies.has(request.socket.remoteAddress);

	/** Whether a client from outside comes around the proxies that the owner has named. */
	readonly isAround = (request: IncomingMessage): boolean =>
		!this.isTrustedProxy(request) && !isLoopback(request.socket.remoteAddress);

	/**
	 * Whether a program on this machine asks, for itself: no proxy, and no browser. A page of any site can make a browser on
	 * this machine ask for a name that its owner has pointed at 127.0.0.1 (DNS rebinding): so the name must be loopback's own.
	 */
	readonly isLocal = (request: IncomingMessage): boolean =>
		isLoopback(request.socket.remoteAddress) &&
		!this.isTrustedProxy(request) &&
		// nginx speaks HTTP/1.0 to what is behind it, and by default admits to being a proxy in no other way.
		request.httpVersion === '1.1' &&
		isLoopbackHost(request.headers.host) &&
		!Object.keys(request.headers).some(speaksForOthers);
}

/** Whether an address can only be this machine's. */
export function isLoopback(address: string | undefined): boolean {
	return address !== undefined && /^127\.|^::1$/.test(plainAddress(address));
}

function isLoopbackHost(host: string | undefined): boolean {
	return host !== undefined && LOOPBACK_HOST.test(host);
}

function speaksForOthers(header: string): boolean {
	return FOREIGN_HEADERS.test(header);
}

/** Entries of a header that is a list, over all its lines. */
function listIn({ headers }: IncomingMessage, name: 'x-forwarded-for' | 'x-forwarded-proto'): string[] {
	const value = headers[name];
	const text = Array.isArray(value) ? value.join(',') : (value ?? '');
	return text === '' ? [] : text.split(',').map((part) => part.trim());
}

/** `192.0.2.7:4711` and `[2001:db8::7]:4711` as some proxies write them, without what is not the address. */
function withoutPort(text: string): string {
	const [, address = text] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? /^([\d.]+):\d+$/.exec(text) ?? [];
	return plainAddress(address);
}
