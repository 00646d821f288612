import { Duplex } from 'node:stream';
import { heldBytes } from '@oriel/base';
import { FrameMeter } from './frame-meter.ts';

/** Frames that are handed on before it is looked at whether there may be more. */
const FRAMES_AT_ONCE = 16;

const NOTHING = Buffer.alloc(0);

export interface MeterOptions {
	/** Pays for frames that are no messages; false: there have been too many. */
	readonly take: (frames: number) => boolean;
	/** There have been too many. */
	readonly exceeded: () => void;
	/** Calls back when the next few frames may be handed on: at once, or in a later turn of the event loop. */
	readonly enter: (handOn: () => void) => void;
	/** What had come and had to wait has been handed on. */
	readonly caughtUp: () => void;
}

/**
 * A connection as the WebSocket library gets it: what comes is handed on a few frames at a time, so that the rest of a packet
 * is never looked at once `stop` has been called. What is written through it goes out as it is.
 */
export class MeteredSocket extends Duplex {
	readonly #socket: Duplex;
	readonly #options: MeterOptions;
	readonly #meter = new FrameMeter();
	#isStopped = false;
	/** What has come and is not handed on. */
	#rest: Buffer = NOTHING;
	#isEnded = false;
	/** Whether the library takes more. */
	#wantsMore = true;

	constructor(socket: Duplex, options: MeterOptions) {
		super();
		this.#socket = socket;
		this.#options = options;
		socket.on('data', (chunk: Buffer) => this.#came(chunk));
		socket.on('end', () => this.#ended());
		socket.on('error', (error) => this.destroy(error));
		socket.on('close', () => this.destroy());
	}

	/** What has come and has to wait, in bytes. */
	get waiting(): number {
		return this.#rest.length === 0 ? 0 : heldBytes(this.#rest);
	}

	/** Nothing that comes is read any more. What was written still goes out, and then the end. */
	stop(): void {
		this.#isStopped = true;
		this.#rest = NOTHING;
		this.#socket.pause();
		// What the library has not taken yet, because it had paused, it would take when the connection closes.
		this.removeAllListeners('data');
		while (this.read() !== null);
		this.end();
	}

	override _read(): void {
		this.#wantsMore = true;
		this.#readOn();
	}

	override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
		this.#socket.write(chunk, done);
	}

	override _final(done: () => void): void {
		this.#socket.end();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#socket.destroy();
		done(error);
	}

	#came(chunk: Buffer): void {
		if (this.#isStopped) return;
		this.#rest = chunk;
		this.#options.enter(this.#handOn);
		// Nothing more is read before that: neither what waits grows, nor does the end come too early.
		if (this.#rest.length > 0) this.#socket.pause();
	}

	readonly #handOn = (): void => {
		const rest = this.#rest;
		if (rest.length === 0) return;
		const end = this.#meter.advance(rest, 0, FRAMES_AT_ONCE);
		this.#rest = rest.subarray(end);
		if (this.#meter.extra > 0 && !this.#options.take(this.#meter.extra)) this.#options.exceeded();
		else if (!this.push(end === rest.length ? rest : rest.subarray(0, end))) this.#pauseReading();
		if (this.#rest.length > 0) this.#options.enter(this.#handOn);
		else if (this.#socket.isPaused()) {
			this.#options.caughtUp();
			if (this.#isEnded) this.push(null);
			else this.#readOn();
		}
	};

	/** A socket tells its end also while it is paused. */
	#ended(): void {
		this.#isEnded = true;
		if (this.#rest.length === 0) this.push(null);
	}

	#pauseReading(): void {
		this.#wantsMore = false;
		this.#socket.pause();
	}

	#readOn(): void {
		if (!this.#isStopped && this.#wantsMore && this.#rest.length === 0) this.#socket.resume();
	}
}
