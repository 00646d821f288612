import { type Clock, type Micros, type Millis, micros } from '@oriel/base';
import type { Link } from '../picture/gap-detector.ts';

/** A shorter skip is not worth a word. */
const MIN_TOLD_MS: Millis = 500;
const TOLD_FOR = micros(3_000);

/** What was left out on the way since a player began. */
export interface Skipped {
	readonly frames: number;
	readonly ms: Millis;
}

/** Adds up what a player has missed, and remembers for a moment what there is to tell of it. */
export class Skips {
	readonly #clock: Clock;
	#total: Skipped = { frames: 0, ms: 0 };
	#told: { readonly ms: Millis; readonly until: Micros } | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	get total(): Skipped {
		return this.#total;
	}

	note(link: Link): void {
		if (link.kind !== 'skipped') return;
		const { pictures, spanMs } = link;
		this.#total = { frames: this.#total.frames + pictures, ms: this.#total.ms + spanMs };
		if (spanMs >= MIN_TOLD_MS) this.#told = { ms: spanMs, until: this.#clock.now() + TOLD_FOR };
	}

	/** "Skipped 1.2 s to catch up", for a while after it has happened. */
	get words(): string | undefined {
		if (!this.#told || this.#clock.now() >= this.#told.until) return undefined;
		return `Skipped ${(this.#told.ms / 1_000).toFixed(1)} s to catch up`;
	}
}
