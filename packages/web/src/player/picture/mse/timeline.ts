import { type Micros, micros } from '@oriel/base';

/** Gaps that the usual one is the median of. */
const REMEMBERED = 8;
const FIRST_GAP = micros(33);
const MIN_GAP = micros(5);
const MAX_GAP = micros(1_000);
/** A media source takes a gap of twice a picture's duration for a break and drops all up to the next key frame. */
const LONGEST_STEP = 1.9;

/** Where a picture stands in the media. */
export interface Place {
	readonly from: Micros;
	readonly duration: Micros;
}

/**
 * The times of the media: those of the captures, but without holes. A camera that pauses, or a skip, would tear a hole
 * in which playing stops; and a duration has to be given before the next picture is there to tell it.
 */
export class Timeline {
	#gaps: Micros[] = [];
	#last: { readonly capturedAt: Micros; readonly place: Place } | undefined;

	next(capturedAt: Micros): Place {
		const from = this.#last ? this.#step(capturedAt, this.#last.capturedAt, this.#last.place) : 0;
		const place = { from, duration: this.#usualGap() };
		this.#last = { capturedAt, place };
		return place;
	}

	#step(capturedAt: Micros, lastCapturedAt: Micros, { from, duration }: Place): Micros {
		const gap = Math.min(MAX_GAP, Math.max(MIN_GAP, capturedAt - lastCapturedAt));
		this.#gaps = [...this.#gaps, gap].slice(-REMEMBERED);
		return from + Math.min(gap, Math.floor(duration * LONGEST_STEP));
	}

	#usualGap(): Micros {
		const sorted = [...this.#gaps].sort((a, b) => a - b);
		return sorted[Math.floor(sorted.length / 2)] ?? FIRST_GAP;
	}
}
