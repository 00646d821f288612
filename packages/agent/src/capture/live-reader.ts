import type { Clock, Millis } from '@oriel/base';
import { Silence } from '@oriel/media';
import { PictureReader, type PictureReaderOptions } from './picture-reader.ts';
import type { MediaUnit, Sink } from './source.ts';

/**
 * Silence after which a picture of a bare H.264 stream counts as whole. Programs write a picture at a time: measured at
 * their pipes, pauses within a picture are 0.1 ms, 99 of 100 are under 1.2 ms, none is over 4.3 ms even on a Pi with all
 * cores busy; between pictures there are 30 ms. Who pauses longer is noticed, and waited for longer from then on.
 */
export const FIRST_SILENCE_MS: Millis = 3;

export interface LiveReaderOptions extends PictureReaderOptions {
	readonly sink: Pick<Sink, 'frame' | 'advise'>;
	readonly clock: Clock;
	/** Where the first silence is another than FIRST_SILENCE_MS. */
	readonly silenceMs?: Millis | (() => Millis) | undefined;
}

/** Reads a stream that comes as fast as its camera makes it, and hands every picture on as soon as it can be whole. */
export class LiveReader {
	readonly #options: LiveReaderOptions;
	readonly #reader: PictureReader;
	#silence: Silence | undefined;
	#failure: unknown;

	constructor(options: LiveReaderOptions) {
		this.#options = options;
		this.#reader = new PictureReader(options);
	}

	/** Bytes have come. Throws SourceError as `PictureReader.push` does. */
	push(chunk: Uint8Array): void {
		if (this.#failure) throw this.#failure;
		const { clock, silenceMs = FIRST_SILENCE_MS } = this.#options;
		this.#give(this.#reader.push(chunk, clock.now()));
		const { reader } = this.#reader;
		if (reader) this.#silence ??= new Silence(reader, clock, silenceMs, () => this.#fell());
		this.#silence?.broken();
	}

	/** The stream is at its end: what is pending is whole. */
	end(): void {
		this.#give(this.#reader.flush());
	}

	/** Nothing comes any more. */
	stop(): void {
		this.#silence?.stop();
	}

	#fell(): void {
		try {
			this.#give(this.#reader.flush());
		} catch (failure) {
			// No caller can catch it here; the next push throws it.
			this.#failure = failure;
		}
	}

	#give(frames: readonly MediaUnit[]): void {
		const { sink } = this.#options;
		for (const frame of frames) sink.frame(frame);
		const { advice } = this.#reader;
		if (advice !== undefined) sink.advise(advice);
	}
}
