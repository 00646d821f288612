import { createServer, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Log, reasonOf } from '@oriel/base';
import { Answer } from './answer.ts';
import { ConnectionRate } from './connection-rate.ts';
import { Connections, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, type Place } from './connections.ts';
import { type DispatchOptions, dispatch, dispatchUpgrade } from './dispatch.ts';
import { MAX_HEADERS } from './headers.ts';
import { type Asked, HttpConnection } from './http-connection.ts';
import { networkOf } from './network.ts';
import { OpenAnswers } from './open-answers.ts';
import { Request } from './request.ts';
import { type Credentials, createTlsServer, type TlsDoor } from './tls-door.ts';
import { MAX_REQUESTS_PER_TURN, Turns } from './turns.ts';

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

export interface ServerOptions<Who, Action> extends DispatchOptions<Who, Action> {
	readonly host: string;
	readonly port: number;
	/** Connections in all, and from one address. */
	readonly maxConnections?: number | undefined;
	readonly maxConnectionsPerAddress?: number | undefined;
	/** Addresses that are not counted. */
	readonly isExempt?: (address: string) => boolean;
	/** Hears of every connection that was one too many. */
	readonly limited?: (kind: string) => void;
	/** Speak https, and nothing else; undefined: plain HTTP. */
	readonly tls?: TlsDoor | undefined;
	readonly log: Log;
}

type AnyServer = Server<typeof Request, typeof Answer> | TlsServer<typeof Request, typeof Answer>;

/** A listening HTTP or HTTPS server. It knows its routes only as the table it was given. */
export class HttpServer implements AsyncDisposable {
	readonly #server: AnyServer;
	readonly #connections: Connections;
	/** By the socket that carries HTTP: with TLS, the stream on top of the one that was accepted. */
	readonly #byHttpSocket = new WeakMap<Duplex, HttpConnection>();
	/** The same for places, by what both sockets of a TLS connection have in common. */
	readonly #byPeer = new Map<string, Place>();

	readonly #turns = new Turns(MAX_REQUESTS_PER_TURN);

	private constructor(server: AnyServer, connections: Connections) {
		this.#server = server;
		this.#connections = connections;
	}

	/** Resolves once the port is open; rejects with the system's error if it cannot be. */
	static async listen<Who, Action>(options: ServerOptions<Who, Action>): Promise<HttpServer> {
		const settings = {
			IncomingMessage: Request,
			ServerResponse: Answer,
			headersTimeout: HEADERS_TIMEOUT_MS,
			keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
			maxHeaderSize: MAX_HEADER_BYTES,
			connectionsCheckingInterval: 2000,
			// A camera's body never ends. Bodies that must end have a limit of their own where they are read.
			requestTimeout: 0,
			// Checked with the rest of a request's target: Node would answer itself, out of turn.
			requireHostHeader: false,
			noDelay: true,
		};
		const server: AnyServer = options.tls ? createTlsServer(settings, options.tls) : createServer(settings);
		server.setTimeout(SOCKET_TIMEOUT_MS);
		// Node drops the headers behind these without an error. One more than is accepted: such a request is refused.
		server.maxHeadersCount = MAX_HEADERS + 1;
		// A client that has closed its half of the connection still gets the answer.
		Object.assign(server, { httpAllowHalfOpen: true });
		const connections = new Connections({
			total: options.maxConnections ?? MAX_CONNECTIONS,
			perAddress: options.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
			isExempt: options.isExempt ?? (() => false),
			limited: options.limited ?? (() => {}),
		});
		const http = new HttpServer(server, connections);
		http.#listenToConnections(options);
		http.#listenToRequests(options);
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

	/** Shows another certificate to clients that connect from now on; those who are here notice nothing. Only with TLS. */
	changeCertificate({ cert, key }: Credentials): void {
		if ('setSecureContext' in this.#server) this.#server.setSecureContext({ cert, key });
	}

	/** Ends the connections on which no answer is awaited, and resolves when all others are gone too. */
	async idle(): Promise<void> {
		const { places } = this.#connections;
		this.#server.closeIdleConnections();
		for (const { socket } of places) this.#byHttpSocket.get(socket)?.drain();
		while (places.size > 0) {
			const [place] = places;
			await new Promise<void>((resolve) => (place ? place.socket.once('close', resolve) : resolve()));
		}
	}

	/** Closes the port and ends every connection; resolves when all are gone. Twice is fine. */
	async [Symbol.asyncDispose](): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const { socket } of this.#connections.places) socket.destroy();
		await closed;
	}

	#listenToConnections<Who, Action>(options: ServerOptions<Who, Action>): void {
		const { clock, report } = options;
		const answers = new OpenAnswers(clock);
		const rate = new ConnectionRate(clock, options.isExempt ?? (() => false));
		const answer = (asked: Asked, connection: HttpConnection) => {
			this.#turns.enter(
				ownerOf(connection.socket),
				connection.socket,
				() => void dispatch(options, answers, asked, connection),
			);
		};
		const begin = (socket: Socket, place: Place) => {
			this.#byHttpSocket.set(socket, new HttpConnection(socket, { answer, place, clock, report }));
		};
		this.#server.on('connection', (socket: Socket) => {
			// Before anything else: one that is refused may be reset as well.
			socket.on('error', () => {});
			const isInTime = rate.admits(socket.remoteAddress);
			if (!isInTime) options.limited?.('connection-rate');
			const place = isInTime ? this.#connections.admit(socket) : undefined;
			if (!place) socket.destroy();
			else if (options.tls) this.#remember(socket, place);
			else begin(socket, place);
		});
		this.#server.on('secureConnection', (socket: Socket) => {
			const place = this.#byPeer.get(peerOf(socket));
			if (!place) {
				socket.destroy();
				return;
			}
			place.raise(socket);
			begin(socket, place);
		});
	}

	/** A TLS stream does not say on which socket it is. */
	#remember(socket: Socket, place: Place): void {
		const peer = peerOf(socket);
		this.#byPeer.set(peer, place);
		socket.once('close', () => {
			if (this.#byPeer.get(peer) === place) this.#byPeer.delete(peer);
		});
	}

	#listenToRequests<Who, Action>(options: ServerOptions<Who, Action>): void {
		const server = this.#server;
		const ask = (request: Request, response: Answer, proceed: () => void) => {
			this.#byHttpSocket.get(request.socket)?.ask({ request, response, proceed });
		};
		server.on('request', (request, response) => ask(request, response, () => {}));
		// A client that asks before it sends a body hears "continue" only after the guard has let it in: ffmpeg sends its
		// password only to those who refuse it first.
		server.on('checkContinue', (request, response) => ask(request, response, () => response.writeContinue()));
		// Expectations that are not known may be ignored (RFC 9110, 10.1.1); Node would answer 417 itself, out of turn.
		server.on('checkExpectation', (request, response) => ask(request, response, () => {}));
		server.on('upgrade', (request, socket, head) => {
			const open = () => void dispatchUpgrade(options, request, socket, head);
			if (this.#byHttpSocket.get(socket)?.upgrade()) this.#turns.enter(ownerOf(request.socket), socket, open);
			else socket.destroy();
		});
		server.on('clientError', (error, socket) => {
			const connection = this.#byHttpSocket.get(socket);
			if (connection) connection.fail(error);
			else socket.destroy();
		});
	}
}

/** Whose requests take turns with those of others. */
function ownerOf({ remoteAddress }: Socket): string {
	return networkOf(remoteAddress ?? '');
}

/** Which of two ends a socket belongs to. No two connections to one port have the same. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
	return `${remoteAddress} ${remotePort} ${localAddress}`;
}
