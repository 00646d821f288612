import { Duplex } from 'node:stream';
import { FrameMeter } from './frame-meter.ts';

/** Frames that are handed on before it is looked at whether there may be more. */
const FRAMES_AT_ONCE = 16;

export interface MeterOptions {
	/** Pays for frames that are no messages; false: there have been too many. */
	readonly take: (frames: number) => boolean;
	/** There have been too many. */
	readonly exceeded: () => void;
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

	constructor(socket: Duplex, options: MeterOptions) {
		super();
		this.#socket = socket;
		this.#options = options;
		socket.on('data', (chunk: Buffer) => this.#came(chunk));
		socket.on('end', () => this.push(null));
		socket.on('error', (error) => this.destroy(error));
		socket.on('close', () => this.destroy());
	}

	/** Nothing that comes is read any more. What was written still goes out, and then the end. */
	stop(): void {
		this.#isStopped = true;
		this.#socket.pause();
		// What the library has not taken yet, because it had paused, it would take when the connection closes.
		this.removeAllListeners('data');
		while (this.read() !== null);
		this.end();
	}

	override _read(): void {
		if (!this.#isStopped) this.#socket.resume();
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
		for (let from = 0; from < chunk.length && !this.#isStopped; ) {
			const to = this.#meter.advance(chunk, from, FRAMES_AT_ONCE);
			if (this.#meter.extra > 0 && !this.#options.take(this.#meter.extra)) this.#options.exceeded();
			else if (!this.push(to - from === chunk.length ? chunk : chunk.subarray(from, to))) this.#socket.pause();
			from = to;
		}
	}
}
