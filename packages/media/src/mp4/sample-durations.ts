import type { Micros } from '@oriel/base';

/** Gaps that the usual one is the median of. */
const REMEMBERED = 8;

/**
 * How long each sample is said to last, which has to be said before the next is there to tell. Some players (VLC 3) read
 * the time of the first fragment only and add up durations from there, so what one sample was wrong by, the next makes good.
 */
export class SampleDurations {
	readonly #first: Micros;
	#gaps: Micros[] = [];
	#last: Micros | undefined;
	/** When the next sample is decoded according to all durations so far. */
	#sum: Micros = 0;

	/** `first`: what the first sample is taken to last. */
	constructor(first: Micros) {
		this.#first = first;
	}

	/** Of the sample that is decoded at that time, above that of the one before. */
	next(decodeTime: Micros): Micros {
		if (this.#last === undefined) this.#sum = decodeTime;
		else this.#gaps = [...this.#gaps, decodeTime - this.#last].slice(-REMEMBERED);
		this.#last = decodeTime;
		const duration = Math.max(1, decodeTime + this.#usualGap() - this.#sum);
		this.#sum += duration;
		return duration;
	}

	#usualGap(): Micros {
		const sorted = [...this.#gaps].sort((a, b) => a - b);
		return sorted[Math.floor(sorted.length / 2)] ?? this.#first;
	}
}
