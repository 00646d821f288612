import type { ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';
import type { Request } from './request.ts';

/** From the first byte of TLS to its end. */
export const TLS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** A chain and its key, PEM. */
export interface Credentials {
	readonly cert: string;
	readonly key: string;
}

/** What makes a server one for https. */
export interface TlsDoor {
	/** What is shown at first; `changeCertificate` shows another. */
	readonly certificate: Credentials;
	/** Sees each connection before TLS begins on it, and calls `enter` if it may. */
	greet(socket: Socket, enter: () => void): void;
	/** Whether browsers may be told to come by https only from now on. */
	readonly isStrict: boolean;
}

/** Half a year: long enough to help, short enough to be outlived by a mistake. For this name alone, not for those below it. */
export const STRICT_TRANSPORT = 'max-age=15552000';

/** A server for https that asks `door` about each connection first. */
export function createTlsServer(
	options: ServerOptions<typeof Request, typeof Answer>,
	door: TlsDoor,
): Server<typeof Request, typeof Answer> {
	const { cert, key } = door.certificate;
	const server = createServer<typeof Request, typeof Answer>({
		...options,
		cert,
		key,
		ALPNProtocols: ['http/1.1'],
		handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
	});
	// The one listener that is there already begins TLS.
	const begin = server.listeners('connection') as ((socket: Socket) => void)[];
	server.removeAllListeners('connection');
	server.on('connection', (socket: Socket) => {
		door.greet(socket, () => {
			for (const listener of begin) listener.call(server, socket);
		});
	});
	return server;
}
