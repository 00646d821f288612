import { type Cancel, type Clock, LoopLag, type Millis, micros } from '@oriel/base';
import {
	ConnectionMachine,
	encode,
	type Goodbye,
	type Message,
	type PingSchedule,
	RELAY_TO_VIEWER,
} from '@oriel/protocol';
import { ClockOffset } from '@oriel/stream';
import type { Liveness } from './liveness.ts';

/** An attempt that has not brought the relay's hello by then is given up. */
const HELLO_TIMEOUT_MS: Millis = 4_000;
const CHECK_INTERVAL_MS: Millis = 500;
/** When the wall clock runs this far ahead of ours, the machine slept while our clock stood still. */
const SLEPT_MS: Millis = 5_000;
/** The age of the first frames rests on the opening volley. */
const PINGS: PingSchedule = { openingMs: [0, 150, 300, 450], intervalMs: 1_000 };
const OPEN = 1;
/** The one close code of the protocol that a page may send; what its goodbye says counts. */
const CLOSE_CODE = 1000;
const LEFT: Goodbye = { reason: 'finished', message: 'The page was left', retryAfterMs: null };
const SILENT: Goodbye = { reason: 'silent', message: 'Nothing was received for too long', retryAfterMs: 0 };

/** What is used of a browser's WebSocket. */
export interface SocketLike {
	binaryType: string;
	readonly readyState: number;
	onopen: (() => void) | null;
	onclose: (() => void) | null;
	onmessage: ((event: { readonly data: unknown }) => void) | null;
	send(bytes: Uint8Array<ArrayBuffer>): void;
	close(code: number): void;
}

/** How a socket came to its end. */
export interface SocketEnd {
	/** Whether the relay had said hello on it. */
	readonly greeted: boolean;
	readonly why: 'closed' | 'no-hello' | 'silent' | 'slept' | 'protocol-error' | 'goodbye';
	readonly goodbye?: Goodbye;
}

export interface LiveSocketParts {
	readonly socket: SocketLike;
	readonly clock: Clock;
	readonly liveness: Liveness;
	/** What the hello says that this browser can show. */
	readonly codecs: readonly string[];
	/** All messages but the relay's goodbye, pings and pongs among them; the first is its hello. */
	readonly onMessage: (message: Message) => void;
	/** Called after the messages of one packet. */
	readonly onPacket: () => void;
	readonly onOpen: () => void;
	/** Called once, unless the end is ours. */
	readonly onEnd: (end: SocketEnd) => void;
}

/** One WebSocket to the relay, from dialling to its end, and what may end it beside the protocol: no hello, sleep. */
export class LiveSocket {
	readonly offset = new ClockOffset();
	readonly #parts: LiveSocketParts;
	readonly #lag: LoopLag;
	readonly #machine: ConnectionMachine;
	readonly #undo: Cancel[] = [];
	#ended = false;
	/** Wall clock less own clock at the last check. */
	#wallLead: Millis;

	constructor(parts: LiveSocketParts) {
		this.#parts = parts;
		this.#machine = this.#makeMachine();
		const { socket, clock } = parts;
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => this.#opened();
		socket.onclose = () => this.#end('closed');
		socket.onmessage = (event) => this.#onPacket(event.data);
		this.#wallLead = this.#measureWallLead();
		this.#lag = new LoopLag(clock);
		this.#undo.push(() => this.#lag.stop());
		this.#undo.push(clock.after(HELLO_TIMEOUT_MS, () => this.greeted || this.#end('no-hello')));
	}

	/** Whether the relay has said hello. */
	get greeted(): boolean {
		return this.#machine.isGreeted;
	}

	/** How long what has just been received may have waited for this page to be free, at most. */
	get heldMs(): Millis {
		return this.#lag.ms;
	}

	/** Sends, or drops the message if the socket is not open. */
	send(message: Message): void {
		this.#machine.send(message);
	}

	/** Asks for a pong now. */
	ping(): void {
		this.#machine.ping();
	}

	/** Says goodbye and closes, without a word to `onEnd`. */
	close(goodbye: Goodbye = LEFT): void {
		this.#ended = true;
		for (const undo of this.#undo) undo();
		this.#machine.goodbye(goodbye);
		const { socket } = this.#parts;
		socket.onopen = socket.onclose = socket.onmessage = null;
		socket.close(CLOSE_CODE);
	}

	#makeMachine(): ConnectionMachine {
		const { clock, socket, liveness } = this.#parts;
		return new ConnectionMachine({
			clock,
			silence: {
				words: SILENT.message,
				onReceived: (now) => liveness.arrived(now),
				isExceeded: (now) => this.greeted && liveness.isDead(now, micros(CHECK_INTERVAL_MS)),
			},
			peer: () => 'A relay',
			accepts: (type) => RELAY_TO_VIEWER.has(type),
			send: (message) => {
				if (socket.readyState === OPEN) socket.send(encode(message));
			},
			onMessage: (message) => this.#onMessage(message),
			onGoodbye: (_goodbye, error) => this.#end(error ? 'protocol-error' : 'silent'),
		});
	}

	#opened(): void {
		const { clock, liveness, codecs, onOpen } = this.#parts;
		liveness.begin(clock.now());
		this.#machine.sayHello({ software: 'oriel-web/0.1.0', capabilities: [...codecs, 'tracks'] });
		onOpen();
		this.#machine.startPings(PINGS, this.offset);
		this.#undo.push(clock.every(CHECK_INTERVAL_MS, () => this.#check()));
	}

	#check(): void {
		const { clock } = this.#parts;
		const lead = this.#measureWallLead();
		const slept = lead - this.#wallLead > SLEPT_MS;
		this.#wallLead = lead;
		if (slept) this.#end('slept');
		else this.#machine.checkSilence(clock.now());
	}

	#measureWallLead(): Millis {
		const { clock } = this.#parts;
		return clock.wall() - clock.now() / 1000;
	}

	#onPacket(data: unknown): void {
		if (data instanceof ArrayBuffer) this.#machine.onPacket(new Uint8Array(data));
		else this.#machine.onText();
		if (!this.#ended) this.#parts.onPacket();
	}

	#onMessage(message: Message): void {
		if (message.type === 'goodbye') this.#end('goodbye', message);
		else this.#parts.onMessage(message);
	}

	#end(why: SocketEnd['why'], theirs?: Goodbye): void {
		if (this.#ended) return;
		// A goodbye needs no answer.
		if (theirs) this.#machine.abandon();
		this.close(SILENT);
		this.#parts.onEnd({ greeted: this.greeted, why, ...(theirs && { goodbye: theirs }) });
	}
}
