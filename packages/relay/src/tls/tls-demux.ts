import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { Clock, Millis } from '@oriel/base';
import { ACME_TLS, type Challenges } from './challenges.ts';
import { HANDSHAKE, MAX_HELLO_BYTES, offeredProtocols } from './client-hello.ts';
import { redirectAnswer } from './redirect.ts';

/** A client has this long to say the first word. */
export const FIRST_WORD_TIMEOUT_MS: Millis = 10_000;

export interface TlsDemuxOptions {
	readonly challenges: Challenges;
	/** The port that people use for https. */
	readonly httpsPort: () => number;
	readonly clock: Clock;
}

/**
 * Stands before the TLS port and looks at the first bytes of each connection: a certificate authority that checks
 * TLS-ALPN-01 gets what it looks for, a browser that speaks plain HTTP is sent to https, all others go in.
 */
export class TlsDemux {
	readonly #options: TlsDemuxOptions;
	readonly #responder: Server;

	constructor(options: TlsDemuxOptions) {
		this.#options = options;
		this.#responder = createServer({ ALPNProtocols: [ACME_TLS] }, (socket) => socket.end());
		this.#responder.on('tlsClientError', (_error, socket) => socket.destroy());
	}

	/** Takes a new connection; `enter` is called at once when it may go in, with nothing of what it said lost. */
	readonly greet = (socket: Socket, enter: () => void): void => {
		let heard: Buffer = Buffer.alloc(0);
		const destroy = () => socket.destroy();
		const hear = (chunk: Buffer) => {
			heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk]);
			const next = this.#nextFor(heard, enter, socket);
			if (!next) return;
			socket.off('data', hear);
			socket.off('error', destroy);
			socket.off('close', cancel);
			cancel();
			socket.pause();
			next();
		};
		const cancel = this.#options.clock.after(FIRST_WORD_TIMEOUT_MS, destroy);
		socket.on('close', cancel);
		socket.on('error', destroy);
		socket.on('data', hear);
	};

	/** What to do with a connection that has said this; undefined: listen on. */
	#nextFor(heard: Buffer, enter: () => void, socket: Socket): (() => void) | undefined {
		if (heard[0] !== HANDSHAKE) return () => this.#redirect(heard, socket);
		const { alpn } = this.#options.challenges;
		const offered = alpn ? offeredProtocols(heard) : [];
		if (offered === undefined) return heard.length < MAX_HELLO_BYTES ? undefined : () => socket.destroy();
		return () => {
			socket.unshift(heard);
			if (!alpn || !offered.includes(ACME_TLS)) return enter();
			this.#responder.setSecureContext(alpn);
			this.#responder.emit('connection', socket);
		};
	}

	#redirect(heard: Buffer, socket: Socket): void {
		socket.on('error', () => socket.destroy());
		socket.end(redirectAnswer(heard.toString('latin1'), this.#options.httpsPort()));
		// A peer that never closes its half would keep the connection indefinitely.
		socket.once(
			'close',
			this.#options.clock.after(FIRST_WORD_TIMEOUT_MS, () => socket.destroy()),
		);
		socket.resume();
	}
}
