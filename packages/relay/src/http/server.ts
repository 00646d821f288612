import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, reasonOf } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import { Connections, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS } from './connections.ts';
import { isSameOrigin } from './origin.ts';
import type { Peers } from './peer.ts';
import { hasBody, refuseUpgrade, SAFE_HEADERS, sendError } from './respond.ts';
import { match, type Route, type UpgradeRoute } from './route.ts';
import { type Credentials, createTlsServer, STRICT_TRANSPORT, type TlsDoor } from './tls-door.ts';

/** All headers of a request must be here in this time. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** An idle connection that may carry another request is kept this long. */
export const KEEP_ALIVE_TIMEOUT_MS = 15_000;
/** A connection on which nothing has moved in either direction for this long is ended; what is endless watches itself. */
export const SOCKET_TIMEOUT_MS = 60_000;
/** Bytes of all headers of one request. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** Connections waiting to be accepted: viewers who all come back at once after a restart must not be refused. */
export const LISTEN_BACKLOG = 4096;

/** Decides who calls and whether they may. Throws RelayError to refuse. */
export type Guard<Who, Action> = (
	request: IncomingMessage,
	action: Action,
	params: Readonly<Record<string, string>>,
) => Who | Promise<Who>;

export interface ServerOptions<Who, Action> {
	readonly host: string;
	readonly port: number;
	readonly routes: readonly Route<Who, Action>[];
	readonly upgrades: readonly UpgradeRoute<Who, Action>[];
	readonly guard: Guard<Who, Action>;
	readonly peers: Peers;
	/** Connections in all, and from one address. */
	readonly maxConnections?: number | undefined;
	readonly maxConnectionsPerAddress?: number | undefined;
	/** Addresses that are not counted. */
	readonly isExempt?: (address: string) => boolean;
	/** Hears of every connection that was one too many. */
	readonly limited?: (kind: string) => void;
	/** Speak https, and nothing else; undefined: plain HTTP. */
	readonly tls?: TlsDoor | undefined;
	readonly clock: Clock;
	readonly log: Log;
}

/** A listening HTTP or HTTPS server. It knows its routes only as the table it was given. */
export class HttpServer implements AsyncDisposable {
	readonly #server: Server | TlsServer;
	readonly #sockets = new Set<Duplex>();

	private constructor(server: Server | TlsServer, connections: Connections, limited: (kind: string) => void) {
		this.#server = server;
		server.on('connection', (socket) => {
			if (!connections.admit(socket)) {
				socket.destroy();
				limited('connections');
				return;
			}
			this.#sockets.add(socket);
			socket.once('close', () => this.#sockets.delete(socket));
		});
	}

	/** Resolves once the port is open; rejects with the system's error if it cannot be. */
	static async listen<Who, Action>(options: ServerOptions<Who, Action>): Promise<HttpServer> {
		const settings = {
			headersTimeout: HEADERS_TIMEOUT_MS,
			keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
			maxHeaderSize: MAX_HEADER_BYTES,
			connectionsCheckingInterval: 2000,
			// A camera's body never ends. Bodies that must end have a limit of their own where they are read.
			requestTimeout: 0,
			noDelay: true,
		};
		const server = options.tls ? createTlsServer(settings, options.tls) : createServer(settings);
		server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
		server.on('drop', () => options.limited?.('connections'));
		server.setTimeout(SOCKET_TIMEOUT_MS);
		const { maxConnectionsPerAddress: perAddress = MAX_CONNECTIONS_PER_ADDRESS, isExempt = () => false } = options;
		const http = new HttpServer(server, new Connections({ perAddress, isExempt }), options.limited ?? (() => {}));
		server.on('request', (request, response) => void dispatch(options, request, response));
		// Whoever asks before sending a body hears "continue" only after the guard has let it in: ffmpeg sends its
		// password only to those who refuse it first.
		server.on('checkContinue', (request, response) => {
			void dispatch(options, request, response, () => response.writeContinue());
		});
		server.on('upgrade', (request, socket, head) => void dispatchUpgrade(options, request, socket, head));
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen({ host: options.host, port: options.port, backlog: LISTEN_BACKLOG }, () => {
				server.off('error', reject);
				resolve();
			});
		});
		// One connection that could not be accepted is no reason to end.
		server.on('error', (error) => options.log.error('the HTTP port reports an error', { reason: reasonOf(error) }));
		return http;
	}

	/** The port that was opened. */
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Shows another certificate to whoever connects from now on; those who are here notice nothing. Only with TLS. */
	changeCertificate({ cert, key }: Credentials): void {
		if ('setSecureContext' in this.#server) this.#server.setSecureContext({ cert, key });
	}

	/** Ends the connections on which nobody waits for an answer, and resolves when all others are gone too. */
	async idle(): Promise<void> {
		this.#server.closeIdleConnections();
		while (this.#sockets.size > 0) {
			const [socket] = this.#sockets;
			await new Promise<void>((resolve) => (socket ? socket.once('close', resolve) : resolve()));
		}
	}

	/** Closes the port and ends every connection; resolves when all are gone. Twice is fine. */
	async [Symbol.asyncDispose](): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}
}

async function dispatch<Who, Action>(
	{ routes, guard, peers, tls, clock, log }: ServerOptions<Who, Action>,
	request: IncomingMessage,
	response: ServerResponse,
	proceed: () => void = () => {},
): Promise<void> {
	for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
	if (tls?.isStrict) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
	try {
		const url = parseUrl(request);
		const found = find(routes, request.method, url.pathname);
		if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request)) {
			throw new RelayError('forbidden', 'Requests from pages of other sites are refused');
		}
		const admitted = guard(request, found.route.action, found.params);
		const who = admitted instanceof Promise ? await admitted : admitted;
		if (found.route.method === 'PUT' || found.route.method === 'POST') proceed();
		else if (hasBody(request)) response.setHeader('connection', 'close'); // nobody reads it
		const peer = { address: peers.addressOf(request), isSecure: peers.isSecure(request) };
		await found.route.handle({ request, response, url, params: found.params, who, ...peer });
	} catch (thrown) {
		if (!(thrown instanceof RelayError))
			log.error('request failed', { path: request.url?.split('?')[0], reason: reasonOf(thrown) });
		sendError(response, thrown, clock);
	}
}

async function dispatchUpgrade<Who, Action>(
	{ upgrades, guard, clock, log }: ServerOptions<Who, Action>,
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
): Promise<void> {
	// Until somebody takes the socket over, a reset by the peer must not end the process.
	socket.on('error', () => socket.destroy());
	try {
		const found = match(upgrades, parseUrl(request).pathname);
		if (!found) throw new RelayError('not-found', 'There is no WebSocket at this path');
		if (!isSameOrigin(request)) throw new RelayError('forbidden', 'WebSockets from pages of other sites are refused');
		// Browsers always say where a WebSocket comes from; whoever shows a browser's cookie must too.
		if (request.headers.cookie !== undefined && request.headers.origin === undefined) {
			throw new RelayError('forbidden', 'A WebSocket with a cookie must say its Origin');
		}
		const admitted = guard(request, found.route.action, found.params);
		const who = admitted instanceof Promise ? await admitted : admitted;
		if (socket.destroyed) return;
		found.route.accept(request, socket, head, who);
	} catch (thrown) {
		if (!(thrown instanceof RelayError)) log.error('upgrade failed', { reason: reasonOf(thrown) });
		refuseUpgrade(socket, thrown, clock);
	}
}

function parseUrl(request: IncomingMessage): URL {
	try {
		return new URL(request.url ?? '/', 'http://relay');
	} catch (cause) {
		throw new RelayError('bad-request', 'The path of the request cannot be read', { cause });
	}
}

function find<Who, Action>(routes: readonly Route<Who, Action>[], method: string | undefined, pathname: string) {
	const wanted = method === 'HEAD' ? 'GET' : method;
	const found = match(
		routes.filter((route) => route.method === wanted),
		pathname,
	);
	if (found) return found;
	const others = routes.filter((route) => match([route], pathname)).map((route) => route.method);
	if (others.length === 0) throw new RelayError('not-found', 'There is nothing at this path');
	const allow = [...new Set(others.flatMap((other) => (other === 'GET' ? ['GET', 'HEAD'] : [other])))];
	throw new RelayError('method-not-allowed', `${method} is not possible here; ${allow.join(' or ')} is`, { allow });
}
