import { type Cancel, type Clock, LoopLag, type Millis, micros } from '@oriel/base';
import { decode, encode, type Goodbye, type Message, PROTOCOL_VERSION } from '@oriel/protocol';
import { ClockOffset } from '@oriel/stream';
import { startHeartbeat } from './heartbeat.ts';
import type { Liveness } from './liveness.ts';

/** An attempt that has not brought the relay's hello by then is given up. */
const HELLO_TIMEOUT_MS: Millis = 4_000;
const CHECK_INTERVAL_MS: Millis = 500;
/** When the wall clock runs this far ahead of ours, the machine slept while our clock stood still. */
const SLEPT_MS: Millis = 5_000;
const OPEN = 1;

/** What is used of a browser's WebSocket. */
export interface SocketLike {
	binaryType: string;
	readonly readyState: number;
	onopen: (() => void) | null;
	onclose: (() => void) | null;
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	send(bytes: Uint8Array<ArrayBuffer>): void;
	close(): void;
}

/** How a socket came to its end. */
export interface SocketEnd {
	/** Whether the relay had said hello on it. */
	readonly greeted: boolean;
	readonly why: 'closed' | 'no-hello' | 'silent' | 'slept' | 'unreadable' | 'goodbye';
	readonly goodbye?: Goodbye;
}

export interface LiveSocketParts {
	readonly socket: SocketLike;
	readonly clock: Clock;
	readonly liveness: Liveness;
	/** What the hello says that this browser can show. */
	readonly codecs: readonly string[];
	/** All messages but pings; the first is the relay's hello. */
	readonly onMessage: (message: Message) => void;
	/** Called after the messages of one packet. */
	readonly onPacket: () => void;
	readonly onOpen: () => void;
	/** Called once, unless the end is ours. */
	readonly onEnd: (end: SocketEnd) => void;
}

/** One WebSocket to the relay, from dialling to its end: greets, keeps it beating, compares clocks, notices its death. */
export class LiveSocket {
	readonly offset = new ClockOffset();
	readonly #parts: LiveSocketParts;
	readonly #lag: LoopLag;
	readonly #undo: Cancel[] = [];
	#greeted = false;
	#ended = false;
	/** Wall clock less own clock at the last check. */
	#wallLead: Millis;

	constructor(parts: LiveSocketParts) {
		this.#parts = parts;
		const { socket, clock } = parts;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => this.#opened();
		socket.onclose = () => this.#end('closed');
		socket.onmessage = (event) => this.#received(event.data);
		this.#wallLead = this.#measureWallLead();
		this.#lag = new LoopLag(clock);
		this.#undo.push(() => this.#lag.stop());
		this.#undo.push(clock.after(HELLO_TIMEOUT_MS, () => this.#greeted || this.#end('no-hello')));
	}

	/** Whether the relay has said hello. */
	get greeted(): boolean {
		return this.#greeted;
	}

	/** How long what has just been received may have waited for this page to be free, at most. */
	get heldMs(): Millis {
		return this.#lag.ms;
	}

	/** Sends, or drops the message if the socket is not open. */
	send(message: Message): void {
		if (this.#parts.socket.readyState === OPEN) this.#parts.socket.send(encode(message));
	}

	/** Asks for a pong now. */
	ping(): void {
		this.send({ type: 'ping', sentAt: this.#parts.clock.now() });
	}

	/** Ends it without a word to `onEnd`. */
	close(): void {
		this.#ended = true;
		for (const undo of this.#undo) undo();
		const { socket } = this.#parts;
		socket.onopen = socket.onclose = socket.onmessage = null;
		socket.close();
	}

	#opened(): void {
		const { clock, liveness, codecs, onOpen } = this.#parts;
		liveness.begin(clock.now());
		const capabilities = [...codecs, 'tracks'];
		this.send({ type: 'hello', version: PROTOCOL_VERSION, software: 'oriel-web/0.1.0', capabilities });
		onOpen();
		this.#undo.push(startHeartbeat(clock, () => this.ping()));
		this.#undo.push(clock.every(CHECK_INTERVAL_MS, () => this.#check()));
	}

	#check(): void {
		const { clock, liveness } = this.#parts;
		const lead = this.#measureWallLead();
		const slept = lead - this.#wallLead > SLEPT_MS;
		this.#wallLead = lead;
		if (slept) this.#end('slept');
		else if (this.#greeted && liveness.isDead(clock.now(), micros(CHECK_INTERVAL_MS))) this.#end('silent');
	}

	#measureWallLead(): Millis {
		const { clock } = this.#parts;
		return clock.wall() - clock.now() / 1000;
	}

	#received(data: unknown): void {
		const { clock, liveness, onPacket } = this.#parts;
		liveness.arrived(clock.now());
		const messages = this.#read(data);
		for (const message of messages ?? []) if (!this.#ended) this.#take(message);
		if (!messages) this.#end('unreadable');
		else if (!this.#ended) onPacket();
	}

	#read(data: unknown): Message[] | undefined {
		try {
			return data instanceof ArrayBuffer ? decode(new Uint8Array(data)) : undefined;
		} catch {
			return undefined;
		}
	}

	#take(message: Message): void {
		const now = this.#parts.clock.now();
		if (message.type === 'hello') this.#greeted = true;
		if (message.type === 'pong') this.offset.add({ ...message, pongArrivedAt: now });
		if (message.type === 'ping') {
			this.send({ type: 'pong', pingSentAt: message.sentAt, receivedAt: now, sentAt: now });
		} else if (message.type === 'goodbye') this.#end('goodbye', message);
		else this.#parts.onMessage(message);
	}

	#end(why: SocketEnd['why'], goodbye?: Goodbye): void {
		if (this.#ended) return;
		this.close();
		this.#parts.onEnd({ greeted: this.#greeted, why, ...(goodbye && { goodbye }) });
	}
}
