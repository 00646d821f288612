import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Log, type Micros, micros, reasonOf, type TokenBucket } from '@oriel/base';
import {
	CLOSE_CODES,
	ConnectionMachine,
	FixedSilence,
	type Goodbye,
	goodbyeAfter,
	type Hello,
	MAX_CONTROL_BYTES,
	type Message,
	type PingSchedule,
	type ProtocolError,
	RETRY_AFTER_BREACH_MS,
} from '@oriel/protocol';
import type { ClockOffset } from '@oriel/stream';
import { WebSocket } from 'ws';
import type { Turns } from '../http/turns.ts';
import type { Budget, Share } from '../memory/budget.ts';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';
import type { Unsent, UnsentBudget } from '../memory/unsent.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import { type MessageBudget, tooMany } from './message-budget.ts';
import type { MeteredSocket } from './metered-socket.ts';
import { preparePacket } from './packet.ts';
import { PartialMessage } from './partial-message.ts';

/** A peer from which no message at all has come for this long is given up. */
export const SILENCE = micros(10_000);
/** After a goodbye the peer has this long to close. */
const CLOSE_TIMEOUT_MS = 2000;
/** What a WebSocket message may hold besides pictures: the longest control message and some small ones. */
const CONTROL_ROOM = 2 * MAX_CONTROL_BYTES;
/**
 * What may wait for a peer that reads slowly, besides one picture: the names of thousands of cameras fit. Answers to pings
 * would otherwise pile up without end for a peer that asks and never reads.
 */
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

const OUT_OF_ROOM: Goodbye = {
	reason: 'too-large',
	message: 'The relay holds too much that is not whole yet, and most of it is of this sender; try again later',
	retryAfterMs: RETRY_AFTER_BREACH_MS,
};
/** What is wrong with the relay itself is for its log, not for the peer. */
const BROKEN_INSIDE: Goodbye = {
	reason: 'protocol-error',
	message: 'Something broke inside the relay; its log says what',
	retryAfterMs: RETRY_AFTER_BREACH_MS,
};

/** What all connections have in common. */
export interface ConnectionSettings {
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

/** What carries one connection. */
interface Line {
	readonly ws: RefusingWebSocket;
	readonly socket: Duplex;
	readonly metered: MeteredSocket;
	readonly budget: MessageBudget;
	/** Who answers for it. */
	readonly owner: string;
}

/** ws closes a connection that breaks a rule without a word. This one lets us say something first. */
export class RefusingWebSocket extends WebSocket {
	refusing: ((code: number | undefined) => void) | undefined;

	override close(code?: number, reason?: string | Buffer): void {
		this.refusing?.(code);
		super.close(code, reason);
	}
}

/** Longest WebSocket message that is read. What is longer is refused when its length is announced, in words. */
export function maxMessageBytes({ takesPictures, maxPictureBytes }: ConnectionSettings): number {
	return CONTROL_ROOM + (takesPictures ? maxPictureBytes : 0);
}

/** A connection over a WebSocket: what the peer may send is metered, and what waits on either side is counted. */
export class WebSocketConnection implements Connection {
	readonly socket: Duplex;
	readonly #ws: RefusingWebSocket;
	readonly #machine: ConnectionMachine;
	readonly #metered: MeteredSocket;
	readonly #budget: MessageBudget;
	readonly #partial = new PartialMessage();
	readonly #incoming: Share;
	readonly #unsent: Unsent;
	readonly #settings: ConnectionSettings;
	#handler: ConnectionHandler | undefined;
	/** Bytes kept of what the peer has sent, beside a message that is not whole. */
	#kept = 0;
	/** Own messages that the socket has not taken. */
	#queued = 0;
	/** Why it is ending, once it is. */
	#ending: string | undefined;

	constructor({ ws, socket, metered, budget, owner }: Line, settings: ConnectionSettings) {
		this.socket = socket;
		this.#ws = ws;
		this.#metered = metered;
		this.#budget = budget;
		this.#settings = settings;
		this.#incoming = settings.incoming.open(owner, () => this.#makeRoom());
		this.#unsent = settings.unsent.open(() => this.#drop('the relay holds too much for peers that do not read'));
		this.#machine = this.#makeMachine();
	}

	begin(make: (connection: Connection) => ConnectionHandler): void {
		const ws = this.#ws;
		const handler = make(this);
		this.#handler = handler;
		ws.refusing = (code) => this.#refuse(code);
		this.socket.on('data', (chunk: Buffer) => this.#onChunk(chunk));
		ws.on('message', (data: Buffer, isBinary: boolean) => this.#onMessage(data, isBinary));
		ws.on('error', (error) => {
			// ws has sent the close code that fits: the peer gets a moment to read it.
			this.#ending ??= reasonOf(error);
			this.#machine.abandon();
			this.#giveTime();
		});
		ws.on('close', (code) => {
			this.#machine.abandon();
			this.#incoming.close();
			this.#unsent.close();
			handler.onClosed(this.#ending ?? endWords(code));
		});
	}

	get isOpen(): boolean {
		return this.#machine.isOpen && this.#ws.readyState === this.#ws.OPEN;
	}

	sayHello(hello: Pick<Hello, 'software' | 'capabilities'>): void {
		this.#machine.sayHello(hello);
	}

	startPings(schedule: PingSchedule, offset: ClockOffset): void {
		this.#machine.startPings(schedule, offset);
	}

	ping(): void {
		this.#machine.ping();
	}

	send(message: Message): void {
		this.#machine.send(message);
	}

	sendPrepared(packet: Buffer): void {
		if (this.#machine.isOpen) this.#write(packet);
	}

	onWritten(packets: readonly Buffer[]): void {
		if (this.socket.writableLength === 0) return;
		this.#unsent.share(packets);
		this.#limitBacklog();
	}

	onDrain(): void {
		if (this.socket.writableLength === 0) this.#unsent.free();
	}

	countKept(bytes: number): void {
		this.#kept = bytes;
		this.countIncoming();
	}

	goodbye(goodbye: Goodbye): void {
		this.#machine.goodbye(goodbye);
	}

	spend(cost: number, what: string): void {
		this.#budget.spend(cost, what);
	}

	/** The peer has sent too much: it is told so, and nothing more of it is read. */
	refuse(what: string): void {
		this.goodbye(goodbyeAfter(tooMany(what)));
		this.#metered.stop();
	}

	tick(now: Micros): void {
		this.onDrain();
		this.#machine.checkSilence(now);
	}

	/** A chunk that waits for its turn is often a part of the message that is not whole: it counts once. */
	countIncoming(): void {
		this.#incoming.set(Math.max(this.#partial.held, this.#metered.waiting) + this.#kept);
	}

	#makeMachine(): ConnectionMachine {
		const { clock, maxPictureBytes } = this.#settings;
		return new ConnectionMachine({
			clock,
			silence: new FixedSilence(SILENCE, 'No message was received for ten seconds', clock.now()),
			limits: { maxPictureBytes, begin: (type, bytes) => this.#budget.begin(type, bytes) },
			peer: () => this.#handler?.peer ?? 'A peer',
			accepts: (type) => this.#handler?.accepts(type) === true,
			onMessage: (message) => this.#handler?.onMessage(message),
			send: (message) => this.#write(preparePacket([message])),
			onGoodbye: (goodbye, error) => this.#onGoodbye(goodbye, error),
		});
	}

	/** Our goodbye has been said. */
	#onGoodbye({ reason, message }: Goodbye, error: ProtocolError | undefined): void {
		this.#ending = message;
		this.#ws.close(CLOSE_CODES[reason], reason);
		this.#giveTime();
		if (error?.code === 'too-many') this.#metered.stop();
		// A silent peer does not answer a close either.
		if (reason === 'silent') this.#ws.terminate();
	}

	#onMessage(data: Buffer, isBinary: boolean): void {
		// Until it closes too, the peer may finish what it was sending, and no more.
		if (!this.#machine.isOpen && !this.#budget.take(1)) this.#metered.stop();
		try {
			if (isBinary) this.#machine.onPacket(data);
			else this.#machine.onText();
		} catch (thrown) {
			this.#settings.log.error('a message could not be handled', { reason: reasonOf(thrown) });
			this.goodbye(BROKEN_INSIDE);
		}
	}

	/** ws has taken its part of the chunk and has handed on what was whole. */
	#onChunk(chunk: Buffer): void {
		if (this.#ending !== undefined) return;
		this.#partial.push(chunk);
		this.countIncoming();
	}

	/** The library holds what has come until the connection is gone, so there is no time for an answer to the goodbye. */
	#makeRoom(): void {
		this.goodbye(OUT_OF_ROOM);
		this.#ws.terminate();
	}

	/** ws is about to close: for a peer that is not malicious, the code alone says too little. */
	#refuse(code: number | undefined): void {
		if (code !== CLOSE_CODES['too-large']) return;
		const { takesPictures, maxPictureBytes } = this.#settings;
		const allowed = takesPictures ? `pictures of up to ${maxPictureBytes} bytes are` : 'no pictures are';
		const message = `A message of more than ${maxMessageBytes(this.#settings)} bytes came; ${allowed} accepted`;
		this.goodbye({ reason: 'too-large', message, retryAfterMs: RETRY_AFTER_BREACH_MS });
	}

	#write(packet: Buffer): void {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		this.#queued++;
		// Around the library, whose two writes a message cost more than the message: agents get one for each picture.
		this.socket.write(packet, this.#onTaken);
		if (this.socket.writableLength > 0) this.#limitBacklog();
	}

	readonly #onTaken = (): void => {
		this.#queued--;
		this.onDrain();
		this.#handler?.onDrain?.();
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
		this.#machine.abandon();
		this.#ws.terminate();
	}

	#giveTime(): void {
		const cancel = this.#settings.clock.after(CLOSE_TIMEOUT_MS, () => this.#ws.terminate());
		this.#ws.once('close', cancel);
	}
}

/** 1006 stands for a connection that ended without a closing handshake: a cut cable, a killed program. */
function endWords(code: number): string {
	return code === 1006 ? 'the connection broke (1006)' : `the other end closed the connection (${code})`;
}
