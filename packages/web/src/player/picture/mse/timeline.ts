import { type Micros, micros } from '@oriel/base';

/** Pictures whose places are remembered: more than a decoder holds back. */
const REMEMBERED = 18;
/** Gaps that the usual one is the median of. */
const MEDIAN_OF = 8;
const FIRST_GAP = micros(33);
const MIN_GAP = micros(5);
const MAX_GAP = micros(1_000);
/** A media source takes a gap of twice a picture's duration for a break and drops all up to the next key frame. */
const LONGEST_STEP = 1.9;
/** Of so many runs of B-frames the longest counts. */
const RUNS = 4;

/** Where a picture stands in the media. */
export interface Place {
	readonly from: Micros;
	readonly duration: Micros;
}

interface Known {
	readonly shownAt: Micros;
	readonly from: Micros;
}

/**
 * The times of the media: those at which pictures are to be shown, but without holes. A camera that pauses, or a skip,
 * would tear a hole in which playing stops; and a duration has to be given before the next picture is there to tell it.
 */
export class Timeline {
	/** In the order of showing. */
	#known: Known[] = [];
	/** How many pictures the newest of all made room for, each time, itself included. */
	#runs: number[] = [];
	/** Pictures that came since the one that is shown last, itself included. */
	#run = 0;

	/** `isNext`: it is shown after all that came before, whatever its time. Call it in the order of decoding. */
	next(shownAt: Micros, isNext: boolean): Place {
		const last = this.#known.at(-1);
		const isLast = isNext || !last || shownAt > last.shownAt;
		const from = isLast ? this.#step(shownAt, last) : this.#between(shownAt);
		return { from, duration: this.#usualGap() };
	}

	/** With room for the pictures that are to come in between, as many as lately. */
	#step(shownAt: Micros, last: Known | undefined): Micros {
		if (last) this.#runs = [...this.#runs, this.#run].slice(-RUNS);
		this.#run = 1;
		const longest = this.#usualGap() * LONGEST_STEP * Math.max(1, ...this.#runs);
		// What steps back begins again: its distance from what was before means nothing.
		if (last && shownAt <= last.shownAt) this.#known = [{ shownAt: shownAt - MIN_GAP, from: last.from }];
		const gap = last ? Math.min(MAX_GAP, Math.max(MIN_GAP, shownAt - last.shownAt)) : 0;
		const from = (last?.from ?? 0) + Math.min(gap, Math.floor(longest));
		this.#known = [...this.#known, { shownAt, from }].slice(-REMEMBERED);
		return from;
	}

	/** Between its neighbours as its time is between theirs. */
	#between(shownAt: Micros): Micros {
		this.#run++;
		const at = this.#known.findIndex((known) => known.shownAt >= shownAt);
		const [before, after] = [this.#known[at - 1], this.#known[at]];
		const from = placeBetween(shownAt, before, after);
		this.#known.splice(at, 0, { shownAt, from });
		this.#known = this.#known.slice(-REMEMBERED);
		return from;
	}

	#usualGap(): Micros {
		const known = this.#known.slice(-MEDIAN_OF - 1);
		const gaps = known.slice(1).map(({ shownAt }, index) => shownAt - (known[index]?.shownAt ?? shownAt));
		const sorted = gaps.map((gap) => Math.min(MAX_GAP, Math.max(MIN_GAP, gap))).sort((a, b) => a - b);
		return sorted[Math.floor(sorted.length / 2)] ?? FIRST_GAP;
	}
}

function placeBetween(shownAt: Micros, before: Known | undefined, after: Known | undefined): Micros {
	if (!after) return before?.from ?? 0;
	if (!before) return Math.max(0, after.from - (after.shownAt - shownAt));
	const share = (shownAt - before.shownAt) / (after.shownAt - before.shownAt);
	return Math.round(before.from + share * (after.from - before.from));
}
