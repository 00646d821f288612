import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, reasonOf, systemCode } from '@oriel/base';
import type { Challenges } from './challenges.ts';
import { httpsAddress } from './redirect.ts';

const CHALLENGE_PATH = '/.well-known/acme-challenge/';
/** Redirects are short. */
const TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 8 * 1024;
/** Connections at once; they last for a moment. */
export const MAX_PLAIN_CONNECTIONS = 1000;

export interface RedirectServerOptions {
	readonly host: string;
	readonly port: number;
	readonly challenges: Challenges;
	/** Whether people still have to wait for a certificate. */
	readonly isWaiting: () => boolean;
	/** The port that people use for https. */
	readonly httpsPort: () => number;
	/** Whether a certificate may depend on it: then it is worth a warning if it cannot be opened. */
	readonly isNeeded: boolean;
	readonly log: Log;
}

/**
 * The port for plain HTTP beside the TLS port. It never shows anything of the relay: it answers the certificate
 * authority, and sends all others to https once that has a certificate that is worth going to.
 */
export class RedirectServer implements AsyncDisposable {
	readonly #server: Server;

	private constructor(server: Server) {
		this.#server = server;
	}

	/** Opens it; undefined, with a warning, if the system does not let us. */
	static async open(options: RedirectServerOptions): Promise<RedirectServer | undefined> {
		const { host, port, log } = options;
		const server = createServer(
			{ headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES },
			(request, response) => answer(request, response, options),
		);
		server.maxConnections = MAX_PLAIN_CONNECTIONS;
		server.keepAliveTimeout = 1000;
		server.setTimeout(TIMEOUT_MS);
		try {
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject);
				server.listen({ host, port }, () => resolve());
			});
		} catch (failure) {
			const level = options.isNeeded ? 'warn' : 'info';
			log[level]('the port for plain HTTP cannot be opened: no redirect to https from there, and no HTTP-01', {
				port,
				reason: systemCode(failure) ?? reasonOf(failure),
			});
			return undefined;
		}
		server.removeAllListeners('error');
		server.on('error', (error) => log.error('the plain HTTP port reports an error', { reason: reasonOf(error) }));
		return new RedirectServer(server);
	}

	/** The port that was opened. */
	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		this.#server.closeAllConnections();
		await closed;
	}
}

function answer(request: IncomingMessage, response: ServerResponse, options: RedirectServerOptions): void {
	const { challenges, isWaiting, httpsPort } = options;
	const { url = '/', headers } = request;
	request.resume();
	if (url.startsWith(CHALLENGE_PATH)) {
		const known = challenges.answerTo(url.slice(CHALLENGE_PATH.length));
		say(response, known === undefined ? 404 : 200, known ?? 'No such challenge');
		return;
	}
	const address = httpsAddress(headers.host, url, httpsPort());
	if (isWaiting()) say(response, 503, 'Oriel relay: waiting for its certificate');
	else if (address === undefined) say(response, 400, 'Only https is served');
	else {
		response.setHeader('location', address);
		say(response, 307, `Only https is served: ${address}`);
	}
}

function say(response: ServerResponse, status: number, words: string): void {
	response.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		connection: 'close',
	});
	response.end(words);
}
