import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Micros, micros, reasonOf } from '@oriel/base';
import { decode, encode, type Goodbye, HEADER_BYTES, type Message, SUBPROTOCOL, WireError } from '@oriel/wire';
import { type WebSocket, WebSocketServer } from 'ws';
import { RelayError } from '../errors/relay-error.ts';
import { refuseUpgrade } from '../http/respond.ts';
import { CLOSE_CODES } from './close-code.ts';

/** A peer from which no message at all has come for this long is given up. */
const SILENCE = micros(10_000);
/** After a goodbye the peer has this long to close. */
const CLOSE_TIMEOUT_MS = 2000;
/** What a message has besides its picture. */
const MESSAGE_OVERHEAD = HEADER_BYTES + 64;

/** One end of a conversation in oriel.v1. It knows messages, not what they mean. */
export interface Talk {
	/** The TCP or TLS stream below, for bytes that are prepared once and shared. */
	readonly socket: Duplex;
	send(message: Message): void;
	/** Says why, then closes. The peer has two seconds to do the same. Twice is fine. */
	goodbye(goodbye: Goodbye): void;
	/** Ends the conversation if the peer has been silent for too long. Call it about once a second. */
	tick(now: Micros): void;
}

/** What a conversation is made of. Whatever `heard` throws ends the conversation, and nothing else. */
export interface Talker {
	heard(message: Message): void;
	/** Called once, when the conversation is over. */
	closed(reason: string): void;
}

export interface TalkOptions {
	readonly clock: Clock;
	/** Largest picture accepted. */
	readonly maxPictureBytes: number;
}

/** Accepts WebSockets that speak oriel.v1. Compression is off: pictures do not get smaller, and bombs do not go off. */
export class Acceptor {
	readonly #server: WebSocketServer;
	readonly #options: TalkOptions;

	constructor(options: TalkOptions) {
		this.#options = options;
		this.#server = new WebSocketServer({
			noServer: true,
			perMessageDeflate: false,
			maxPayload: options.maxPictureBytes + MESSAGE_OVERHEAD,
			handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
		});
	}

	/** Opens the WebSocket and hands its conversation to the talker that `make` makes. */
	accept(request: IncomingMessage, socket: Duplex, head: Buffer, make: (talk: Talk) => Talker): void {
		const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
		if (!offered.includes(SUBPROTOCOL)) {
			const seen = offered.join(', ') || 'none';
			refuseUpgrade(
				socket,
				new RelayError('unsupported-version', `Subprotocols offered: ${seen}; ${SUBPROTOCOL} is wanted`),
			);
			return;
		}
		this.#server.handleUpgrade(request, socket, head, (ws) => converse(ws, socket, make, this.#options));
	}
}

function converse(ws: WebSocket, socket: Duplex, make: (talk: Talk) => Talker, options: TalkOptions): void {
	const { clock, maxPictureBytes } = options;
	let heardAt = clock.now();
	let ending: string | undefined;

	const talk: Talk = {
		socket,
		send(message) {
			if (ws.readyState === ws.OPEN) ws.send(encode(message));
		},
		goodbye(goodbye) {
			if (ending !== undefined) return;
			ending = goodbye.message;
			this.send({ type: 'goodbye', ...goodbye });
			ws.close(CLOSE_CODES[goodbye.reason], goodbye.reason);
			const cancel = clock.after(CLOSE_TIMEOUT_MS, () => ws.terminate());
			ws.once('close', cancel);
		},
		tick(now) {
			if (now - heardAt <= SILENCE) return;
			this.goodbye({ reason: 'silent', message: 'Nothing was heard for ten seconds', retryAfterMs: 0 });
			// Whoever is silent does not answer a close either.
			ws.terminate();
		},
	};
	const talker = make(talk);

	ws.on('message', (data: Buffer, isBinary: boolean) => {
		heardAt = clock.now();
		if (ending !== undefined) return;
		try {
			if (!isBinary) throw new WireError('bad-control', 'A text message came; binary ones are wanted');
			for (const message of decode(data, { maxPictureBytes })) talker.heard(message);
		} catch (thrown) {
			talk.goodbye(goodbyeFor(thrown));
		}
	});
	ws.on('error', (error) => {
		ending ??= reasonOf(error);
		ws.terminate();
	});
	ws.on('close', (code) => talker.closed(ending ?? `the peer closed (${code})`));
}

function goodbyeFor(thrown: unknown): Goodbye {
	const reason = thrown instanceof WireError && thrown.code === 'too-large' ? 'too-large' : 'protocol-error';
	return { reason, message: reasonOf(thrown).slice(0, 500), retryAfterMs: 5000 };
}
