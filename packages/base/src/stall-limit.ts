import { type Micros, type Millis, millis } from './time.ts';

/** How long a camera may be silent before anything is known of its rhythm: one picture a minute, and some room. */
export const UNKNOWN_STALL_MS: Millis = 90_000;
/** However quick a camera is: a network may be gone for seconds. */
export const MIN_STALL_MS: Millis = 10_000;
/** However slow it is. */
export const MAX_STALL_MS: Millis = 300_000;
/** Usual intervals that may pass without a picture. */
const INTERVALS = 3;

/**
 * How long a camera that makes its pictures at its own pace may be silent before it counts as stalled. It learns the pace:
 * the longest of the last intervals counts, so that a camera with a picture every 10 to 60 s is slow and not broken.
 */
export class StallLimit {
	readonly #intervals: Micros[] = [];
	#newest: Micros | undefined;

	/** A picture has come. */
	picture(now: Micros): void {
		if (this.#newest !== undefined) this.#intervals.push(now - this.#newest);
		if (this.#intervals.length > INTERVALS) this.#intervals.shift();
		this.#newest = now;
	}

	get limitMs(): Millis {
		if (this.#intervals.length === 0) return UNKNOWN_STALL_MS;
		return Math.min(MAX_STALL_MS, Math.max(MIN_STALL_MS, INTERVALS * millis(Math.max(...this.#intervals))));
	}
}
