import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type Micros, micros, reasonOf } from '@oriel/base';
import {
	CLOSE_CODES,
	decode,
	type Goodbye,
	MAX_CONTROL_BYTES,
	MAX_TEXT_LENGTH,
	type Message,
	SUBPROTOCOL,
	WireError,
} from '@oriel/wire';
import { type WebSocket, WebSocketServer } from 'ws';
import { RelayError } from '../errors/relay-error.ts';
import { refuseUpgrade } from '../http/respond.ts';
import { preparePacket } from './packet.ts';

/** A peer from which no message at all has come for this long is given up. */
export const SILENCE = micros(10_000);
/** After a goodbye the peer has this long to close. */
const CLOSE_TIMEOUT_MS = 2000;
/** What a WebSocket message may hold besides pictures: the longest control message and some small ones. */
const CONTROL_ROOM = 2 * MAX_CONTROL_BYTES;
/** Pictures of up to this many times the limit are read, to be refused in words; longer ones by a close code alone. */
const OVERSIZE_READ = 2;
/**
 * What may wait for a peer that reads slowly, besides one picture: the names of thousands of cameras fit. Answers to pings
 * would otherwise pile up without end for a peer that asks and never reads.
 */
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** One end of a conversation in oriel.v1. It knows messages, not what they mean. */
export interface Talk {
	/** The TCP or TLS stream below, for bytes that are prepared once and shared. Write to it only while `isOpen`. */
	readonly socket: Duplex;
	/** False once either side has begun to close: nothing may be sent after a goodbye. */
	readonly isOpen: boolean;
	send(message: Message): void;
	/** Sends what `preparePacket` made, which may be shared. */
	sendPrepared(packet: Buffer): void;
	/** Says why, then closes. The peer has two seconds to do the same. Twice is fine. */
	goodbye(goodbye: Goodbye): void;
	/** Ends the conversation if the peer has been silent for too long. Call it about once a second. */
	tick(now: Micros): void;
}

/** What a conversation is made of. Whatever `heard` throws ends the conversation, and nothing else. */
export interface Talker {
	heard(message: Message): void;
	/** Called whenever the socket has taken a message sent through `Talk.send`: it may be free for a picture again. */
	written?(): void;
	/** Called once, when the conversation is over. */
	closed(reason: string): void;
}

export interface TalkOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Largest picture, in either direction. */
	readonly maxPictureBytes: number;
	/** Whether the peers send pictures; those who only watch get less room. */
	readonly takesPictures: boolean;
}

/** Accepts WebSockets that speak oriel.v1. Compression is off: pictures do not get smaller, and bombs do not go off. */
export class Acceptor {
	readonly #server: WebSocketServer;
	readonly #options: TalkOptions;

	constructor(options: TalkOptions) {
		this.#options = options;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			perMessageDeflate: false,
			maxPayload: CONTROL_ROOM + (options.takesPictures ? OVERSIZE_READ * options.maxPictureBytes : 0),
			handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
		});
	}

	/** Opens the WebSocket and hands its conversation to the talker that `make` makes. */
	accept(request: IncomingMessage, socket: Duplex, head: Buffer, make: (talk: Talk) => Talker): void {
		const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
		if (!offered.includes(SUBPROTOCOL)) {
			const seen = offered.join(', ').slice(0, 100) || 'none';
			const error = new RelayError('unsupported-version', `Subprotocols offered: ${seen}; ${SUBPROTOCOL} is wanted`);
			refuseUpgrade(socket, error, this.#options.clock);
			return;
		}
		this.#server.handleUpgrade(request, socket, head, (ws) => new Conversation(ws, socket, this.#options).begin(make));
	}
}

class Conversation implements Talk {
	readonly socket: Duplex;
	readonly #ws: WebSocket;
	readonly #options: TalkOptions;
	#heardAt: Micros;
	#written: (() => void) | undefined;
	/** Why it is ending, once it is. */
	#ending: string | undefined;

	constructor(ws: WebSocket, socket: Duplex, options: TalkOptions) {
		this.socket = socket;
		this.#ws = ws;
		this.#options = options;
		this.#heardAt = options.clock.now();
	}

	begin(make: (talk: Talk) => Talker): void {
		const ws = this.#ws;
		const talker = make(this);
		this.#written = talker.written?.bind(talker);
		ws.on('message', (data: Buffer, isBinary: boolean) => this.#hear(talker, data, isBinary));
		ws.on('error', (error) => {
			// ws has sent the close code that fits: the peer gets a moment to read it.
			this.#ending ??= reasonOf(error);
			this.#giveTime();
		});
		ws.on('close', (code) => talker.closed(this.#ending ?? `the peer closed (${code})`));
	}

	get isOpen(): boolean {
		return this.#ending === undefined && this.#ws.readyState === this.#ws.OPEN;
	}

	send(message: Message): void {
		this.sendPrepared(preparePacket([message]));
	}

	sendPrepared(packet: Buffer): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		// Around the library, whose two writes a message cost more than the message: agents get one for each picture.
		this.socket.write(packet, this.#written);
		this.#limitBacklog();
	}

	goodbye(goodbye: Goodbye): void {
		if (this.#ending !== undefined) return;
		this.#ending = goodbye.message;
		this.send({ type: 'goodbye', ...goodbye });
		this.#ws.close(CLOSE_CODES[goodbye.reason], goodbye.reason);
		this.#giveTime();
	}

	tick(now: Micros): void {
		if (now - this.#heardAt <= SILENCE) return;
		this.goodbye({ reason: 'silent', message: 'Nothing was heard for ten seconds', retryAfterMs: 0 });
		// Whoever is silent does not answer a close either.
		this.#ws.terminate();
	}

	#hear(talker: Talker, data: Buffer, isBinary: boolean): void {
		const { clock, maxPictureBytes } = this.#options;
		this.#heardAt = clock.now();
		if (this.#ending !== undefined) return;
		try {
			if (!isBinary) throw new WireError('bad-control', 'A text message came; binary ones are wanted');
			for (const message of decode(data, { maxPictureBytes })) {
				if (this.#ending === undefined) talker.heard(message);
			}
		} catch (thrown) {
			this.goodbye(this.#goodbyeFor(thrown));
		}
	}

	/** What is wrong with the relay itself is for its log, not for the peer. */
	#goodbyeFor(thrown: unknown): Goodbye {
		const isTheirs = thrown instanceof WireError;
		if (!isTheirs) this.#options.log.error('a message could not be handled', { reason: reasonOf(thrown) });
		const message = isTheirs ? reasonOf(thrown) : 'Something broke inside the relay; its log says what';
		const reason = isTheirs && thrown.code === 'too-large' ? 'too-large' : 'protocol-error';
		return { reason, message: message.slice(0, MAX_TEXT_LENGTH), retryAfterMs: 5000 };
	}

	#limitBacklog(): void {
		if (this.#ws.bufferedAmount <= this.#options.maxPictureBytes + MAX_BACKLOG_BYTES) return;
		this.#ending ??= 'the peer asks and does not read';
		this.#ws.terminate();
	}

	#giveTime(): void {
		const cancel = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => this.#ws.terminate());
		this.#ws.once('close', cancel);
	}
}
