import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type Micros, micros, reasonOf, type TokenBucket } from '@oriel/base';
import {
	CLOSE_CODES,
	decode,
	type Goodbye,
	MAX_CONTROL_BYTES,
	MAX_TEXT_LENGTH,
	type Message,
	type MessageType,
	ProtocolError,
	SUBPROTOCOL,
} from '@oriel/protocol';
import { type Server, WebSocket, WebSocketServer } from 'ws';
import { RelayError } from '../errors/relay-error.ts';
import { refuseUpgrade } from '../http/respond.ts';
import type { Turns } from '../http/turns.ts';
import type { Budget, Share } from '../memory/budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Unsent, UnsentBudget } from '../memory/unsent.ts';
import { MessageBudget, tooMany } from './message-budget.ts';
import { MeteredSocket } from './metered-socket.ts';
import { preparePacket } from './packet.ts';
import { PartialMessage } from './partial-message.ts';

/** A peer from which no message at all has come for this long is given up. */
export const SILENCE = micros(10_000);
/** After a goodbye the peer has this long to close. */
const CLOSE_TIMEOUT_MS = 2000;
/** What a WebSocket message may hold besides pictures: the longest control message and some small ones. */
const CONTROL_ROOM = 2 * MAX_CONTROL_BYTES;
/** Fragments of one WebSocket message: more than any browser or library makes of one picture. */
const MAX_FRAGMENTS = 256;
/** Chunks of one frame: as small as the packets of the narrowest links, 536 bytes each. */
const LEAST_CHUNK_BYTES = 512;
/**
 * What may wait for a peer that reads slowly, besides one picture: the names of thousands of cameras fit. Answers to pings
 * would otherwise pile up without end for a peer that asks and never reads.
 */
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** Who broke a rule, or came at a bad time, may come again after this. */
const RETRY_MS = 5000;

const OUT_OF_ROOM: Goodbye = {
	reason: 'too-large',
	message: 'The relay holds too much that is not whole yet, and most of it is of this sender; try again later',
	retryAfterMs: RETRY_MS,
};
const NO_BYTES = Buffer.alloc(0);

/** One end of a conversation in oriel.v1. It knows messages, not what they mean. */
export interface Talk {
	/** The TCP or TLS stream below, for bytes that are prepared once and shared. Write to it only while `isOpen`. */
	readonly socket: Duplex;
	/** False once either side has begun to close: nothing may be sent after a goodbye. */
	readonly isOpen: boolean;
	send(message: Message): void;
	/** Sends what `preparePacket` made, which may be shared. */
	sendPrepared(packet: Buffer): void;
	/** Notes packets that have just been written to the socket, if it has not taken them. */
	wrote(packets: readonly Buffer[]): void;
	/** Notes that the socket has taken something. */
	took(): void;
	/** Notes how much the conversation keeps of what the peer has sent, in bytes: lists, not pictures. */
	keeps(bytes: number): void;
	/** Says why, then closes. The peer has two seconds to do the same. Twice is fine. */
	goodbye(goodbye: Goodbye): void;
	/**
	 * Pays for work that the peer has asked for, beside the reading of its message; see message-budget.ts. Throws, for `heard`
	 * to pass on, if it has asked for too much. `what` is for the peer.
	 */
	spend(cost: number, what: string): void;
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
	/** What all connections hold of what is not whole yet, and of what they have not taken. */
	readonly incoming: Budget;
	readonly unsent: UnsentBudget;
	/** What the connections of the caller's network may send together beyond what each may. */
	readonly shareOf: (request: IncomingMessage) => TokenBucket;
	/** When messages are read, where many have come at once. */
	readonly turns: Turns;
}

/** Accepts WebSockets that speak oriel.v1. Compression is off: pictures do not get smaller, and bombs do not go off. */
export class Acceptor {
	readonly #server: Server<typeof RefusingWebSocket>;
	readonly #options: TalkOptions;

	constructor(options: TalkOptions) {
		this.#options = options;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			perMessageDeflate: false,
			maxPayload: maxMessageBytes(options),
			maxFragments: MAX_FRAGMENTS,
			maxBufferedChunks: Math.ceil(maxMessageBytes(options) / LEAST_CHUNK_BYTES),
			WebSocket: RefusingWebSocket,
			handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
		});
	}

	/** Opens the WebSocket and hands its conversation to the talker that `make` makes. `owner`: who answers for it. */
	accept(request: IncomingMessage, socket: Duplex, head: Buffer, make: (talk: Talk) => Talker, owner: string): void {
		const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
		if (!offered.includes(SUBPROTOCOL)) {
			const seen = offered.join(', ').slice(0, 100) || 'none';
			const error = new RelayError('unsupported-version', `Subprotocols offered: ${seen}; expected ${SUBPROTOCOL}`);
			refuseUpgrade(socket, error, this.#options.clock);
			return;
		}
		const budget = new MessageBudget(this.#options.clock, this.#options.shareOf(request));
		let conversation: Conversation | undefined;
		// What came behind the request is metered like all the rest.
		if (head.length > 0) socket.unshift(head);
		(socket as Partial<Socket>).setTimeout?.(0);
		const metered = new MeteredSocket(socket, {
			take: (frames) => budget.take(frames),
			exceeded: () => conversation?.refuse('WebSocket frame without a message'),
			enter: (handOn) => this.#options.turns.enter(owner, socket, handOn),
			caughtUp: () => conversation?.countIncoming(),
		});
		this.#server.handleUpgrade(request, metered, NO_BYTES, (ws) => {
			conversation = new Conversation({ ws, socket, metered, budget, owner }, this.#options);
			conversation.begin(make);
		});
	}
}

/** Longest WebSocket message that is read. What is longer is refused when its length is announced, in words. */
function maxMessageBytes({ takesPictures, maxPictureBytes }: TalkOptions): number {
	return CONTROL_ROOM + (takesPictures ? maxPictureBytes : 0);
}

/** What one conversation is held over. */
interface Line {
	readonly ws: RefusingWebSocket;
	readonly socket: Duplex;
	readonly metered: MeteredSocket;
	readonly budget: MessageBudget;
	/** Who answers for it. */
	readonly owner: string;
}

/** ws closes a connection that breaks a rule without a word. This one lets us say something first. */
class RefusingWebSocket extends WebSocket {
	refusing: ((code: number | undefined) => void) | undefined;

	override close(code?: number, reason?: string | Buffer): void {
		this.refusing?.(code);
		super.close(code, reason);
	}
}

class Conversation implements Talk {
	readonly socket: Duplex;
	readonly #ws: RefusingWebSocket;
	readonly #metered: MeteredSocket;
	readonly #budget: MessageBudget;
	readonly #partial = new PartialMessage();
	readonly #incoming: Share;
	readonly #unsent: Unsent;
	readonly #options: TalkOptions;
	#heardAt: Micros;
	#written: (() => void) | undefined;
	/** Bytes kept of what the peer has sent, beside a message that is not whole. */
	#kept = 0;
	/** Own messages that the socket has not taken. */
	#queued = 0;
	/** Why it is ending, once it is. */
	#ending: string | undefined;

	constructor({ ws, socket, metered, budget, owner }: Line, options: TalkOptions) {
		this.socket = socket;
		this.#ws = ws;
		this.#metered = metered;
		this.#budget = budget;
		this.#options = options;
		this.#heardAt = options.clock.now();
		this.#incoming = options.incoming.open(owner, () => this.#makeRoom());
		this.#unsent = options.unsent.open(() => this.#drop('the relay holds too much for peers that do not read'));
	}

	begin(make: (talk: Talk) => Talker): void {
		const ws = this.#ws;
		const talker = make(this);
		this.#written = talker.written?.bind(talker);
		ws.refusing = (code) => this.#refuse(code);
		this.socket.on('data', (chunk: Buffer) => this.#came(chunk));
		ws.on('message', (data: Buffer, isBinary: boolean) => this.#hear(talker, data, isBinary));
		ws.on('error', (error) => {
			// ws has sent the close code that fits: the peer gets a moment to read it.
			this.#ending ??= reasonOf(error);
			this.#giveTime();
		});
		ws.on('close', (code) => {
			this.#incoming.close();
			this.#unsent.close();
			talker.closed(this.#ending ?? endWords(code));
		});
	}

	get isOpen(): boolean {
		return this.#ending === undefined && this.#ws.readyState === this.#ws.OPEN;
	}

	send(message: Message): void {
		this.sendPrepared(preparePacket([message]));
	}

	sendPrepared(packet: Buffer): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		this.#queued++;
		// Around the library, whose two writes a message cost more than the message: agents get one for each picture.
		this.socket.write(packet, this.#taken);
		if (this.socket.writableLength > 0) this.#limitBacklog();
	}

	wrote(packets: readonly Buffer[]): void {
		if (this.socket.writableLength === 0) return;
		this.#unsent.share(packets);
		this.#limitBacklog();
	}

	took(): void {
		if (this.socket.writableLength === 0) this.#unsent.free();
	}

	keeps(bytes: number): void {
		this.#kept = bytes;
		this.countIncoming();
	}

	goodbye(goodbye: Goodbye): void {
		if (this.#ending !== undefined) return;
		this.#ending = goodbye.message;
		this.send({ type: 'goodbye', ...goodbye });
		this.#ws.close(CLOSE_CODES[goodbye.reason], goodbye.reason);
		this.#giveTime();
	}

	spend(cost: number, what: string): void {
		this.#budget.spend(cost, what);
	}

	/** The peer has sent too much: it is told so, and nothing more of it is read. */
	refuse(what: string): void {
		this.goodbye(this.#goodbyeFor(tooMany(what)));
		this.#metered.stop();
	}

	tick(now: Micros): void {
		this.took();
		if (now - this.#heardAt <= SILENCE) return;
		this.goodbye({ reason: 'silent', message: 'No message was received for ten seconds', retryAfterMs: 0 });
		// Whoever is silent does not answer a close either.
		this.#ws.terminate();
	}

	#hear(talker: Talker, data: Buffer, isBinary: boolean): void {
		const { clock, maxPictureBytes } = this.#options;
		this.#heardAt = clock.now();
		if (this.#ending !== undefined) {
			// Until it closes too, it may finish what it was sending, and no more.
			if (!this.#budget.take(1)) this.#metered.stop();
			return;
		}
		try {
			if (!isBinary) throw new ProtocolError('bad-control', 'Received a text message; expected a binary message');
			for (const message of decode(data, { maxPictureBytes, begin: this.#begin })) {
				if (this.#ending === undefined) talker.heard(message);
			}
		} catch (thrown) {
			this.goodbye(this.#goodbyeFor(thrown));
			if (thrown instanceof ProtocolError && thrown.code === 'too-many') this.#metered.stop();
		}
	}

	readonly #begin = (type: MessageType | undefined, bytes: number): void => this.#budget.begin(type, bytes);

	/** What is wrong with the relay itself is for its log, not for the peer. */
	#goodbyeFor(thrown: unknown): Goodbye {
		const isTheirs = thrown instanceof ProtocolError;
		if (!isTheirs) this.#options.log.error('a message could not be handled', { reason: reasonOf(thrown) });
		const message = isTheirs ? reasonOf(thrown) : 'Something broke inside the relay; its log says what';
		const reason = isTheirs && thrown.code === 'too-large' ? 'too-large' : 'protocol-error';
		return { reason, message: message.slice(0, MAX_TEXT_LENGTH), retryAfterMs: RETRY_MS };
	}

	/** ws has taken its part of the chunk and has handed on what was whole. */
	#came(chunk: Buffer): void {
		if (this.#ending !== undefined) return;
		this.#partial.push(chunk);
		this.countIncoming();
	}

	/** A chunk that waits for its turn is often a part of the message that is not whole: it counts once. */
	countIncoming(): void {
		this.#incoming.set(Math.max(this.#partial.held, this.#metered.waiting) + this.#kept);
	}

	/** The library holds what has come until the connection is gone, so there is no time for an answer to the goodbye. */
	#makeRoom(): void {
		this.goodbye(OUT_OF_ROOM);
		this.#ws.terminate();
	}

	/** ws is about to close: for a peer that is not malicious, the code alone says too little. */
	#refuse(code: number | undefined): void {
		if (this.#ending !== undefined || code !== CLOSE_CODES['too-large']) return;
		const { takesPictures, maxPictureBytes } = this.#options;
		const allowed = takesPictures ? `pictures of up to ${maxPictureBytes} bytes are` : 'no pictures are';
		const message = `A message of more than ${maxMessageBytes(this.#options)} bytes came; ${allowed} accepted`;
		this.send({ type: 'goodbye', reason: 'too-large', message, retryAfterMs: RETRY_MS });
		this.#ending = message;
	}

	readonly #taken = (): void => {
		this.#queued--;
		this.took();
		this.#written?.();
	};

	/** Each message that waits costs more than its bytes. TLS keeps what it has encrypted besides what it was given. */
	#limitBacklog(): void {
		const { socket } = this;
		const waiting = Math.max(0, socket.writableLength - this.#unsent.shared) + this.#queued * BUFFER_OVERHEAD;
		this.#unsent.own(waiting + ('encrypted' in socket ? socket.writableLength : 0));
		if (waiting > MAX_BACKLOG_BYTES) this.#drop('the peer asks and does not read');
	}

	#drop(reason: string): void {
		this.#ending ??= reason;
		this.#ws.terminate();
	}

	#giveTime(): void {
		const cancel = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => this.#ws.terminate());
		this.#ws.once('close', cancel);
	}
}

/** 1006 stands for a connection that ended without a closing handshake: a cut cable, a killed program. */
function endWords(code: number): string {
	return code === 1006 ? 'the connection broke (1006)' : `the other end closed the connection (${code})`;
}
