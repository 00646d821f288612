import type { Cancel, Clock, Micros, Millis } from '@oriel/base';
import { micros } from '@oriel/base';
import type { Reader } from './reader.ts';

/** So many early flushes within a minute, and silence means nothing on this stream: it is not guessed from any more. */
const MAX_EARLY_FLUSHES = 3;
const MINUTE: Micros = micros(60_000);

/**
 * Flushes a reader when its stream has been silent for a moment. A byte stream does not say where a picture ends, but
 * programs write a picture at a time: without this every picture would wait for the next one. When a guess was wrong the moment
 * doubles, and soon no more guesses are made.
 */
export class Silence {
	readonly #reader: Reader;
	readonly #clock: Clock;
	readonly #fell: () => void;
	readonly #gapMs: () => Millis;
	/** How much longer than that it waits, after guesses that were wrong. */
	#times = 1;
	#early = 0;
	#earlyAt: Micros[] = [];
	#cancel: Cancel | undefined;

	/** `gapMs`: the first moment to try; a function where it changes. `fell` is called when it is time for `reader.flush()`. */
	constructor(reader: Reader, clock: Clock, gapMs: Millis | (() => Millis), fell: () => void) {
		this.#reader = reader;
		this.#clock = clock;
		this.#gapMs = typeof gapMs === 'function' ? gapMs : () => gapMs;
		this.#fell = fell;
	}

	/** Bytes came. */
	broken(): void {
		this.stop();
		if (this.#reader.earlyFlushes > this.#early) this.#learn();
		if (this.#reader.hasPicture && this.#earlyAt.length < MAX_EARLY_FLUSHES) {
			this.#cancel = this.#clock.after(this.#times * this.#gapMs(), this.#fell);
		}
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}

	#learn(): void {
		const now = this.#clock.now();
		this.#early = this.#reader.earlyFlushes;
		this.#times *= 2;
		this.#earlyAt = [...this.#earlyAt.filter((at) => now - at < MINUTE), now];
	}
}
