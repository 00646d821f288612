import { type Micros, micros } from '@oriel/base';

/** Lateness that is jitter and not a queue: Wi-Fi, and receivers that acknowledge what a screen has shown, 16 ms apart. */
const JITTER: Micros = micros(16);
/** What a queue takes away from the rate that was believed, at each late acknowledgement: half of the difference. */
const GIVE_WAY = 0.5;
/** By how much more is believed, at most, when a picture comes before its time. */
const TAKE_BACK = 1.2;
/** The best time is confirmed by every picture that is late by no more than this part of it (or of the jitter). */
const NEAR = 0.1;
/** A picture that is larger than the quickest by more than this says nothing of the length: its bytes take the time. */
const ALIKE = 2;
/** A best time that no frame came near for this long may be that of another path: it is measured anew. */
const BEST_LIFETIME: Micros = micros(10_000);

/** An acknowledgement, as the path made it. */
export interface Passage {
	readonly bytes: number;
	/** From sending to acknowledgement. */
	readonly took: Micros;
	/** It had the path to itself. */
	readonly isAlone: boolean;
	/** Bytes that arrived since the acknowledgement that was the newest when it was sent, itself included. */
	readonly delivered: number;
	/** How long that took: of sending and of arriving the longer one, so that nothing that arrives in one go looks fast. */
	readonly within: Micros;
	/** How long it was let to wait behind others on purpose. */
	readonly lead: Micros;
	/**
	 * How long it may have waited on the receiver's device before it was acknowledged; default: not at all. An upper bound, so it excuses
	 * lateness and proves nothing: rate and round trip are only ever taken from the whole time.
	 */
	readonly held?: Micros;
}

/**
 * What the acknowledgements say of a path: how fast it is and how long. No single one says both, because a small
 * picture on a slow path takes as long as a large one on a long path. But each gives bounds, which only get nearer: the path
 * is at least as fast as what has been seen to arrive, and at most as long as the quickest, less the time for its bytes. The
 * rate gives way when pictures come late; the length is measured anew when nothing has come near it for ten seconds.
 */
export class PathEstimate {
	#rate: number | undefined;
	/** The quickest, and the highest rate that has been believed since. */
	#best: { readonly bytes: number; readonly took: Micros; rate: number } | undefined;
	/** When the best time was last confirmed. */
	#bestAt: Micros = 0;

	/** Bytes a microsecond; undefined before the first acknowledgement. While the path carries all there is, a lower bound. */
	get rate(): number | undefined {
		return this.#rate;
	}

	/** Time there and back for a picture of no bytes; 0 while unknown. */
	get roundTrip(): Micros {
		return this.#best ? Math.max(0, this.#best.took - this.#best.bytes / this.#best.rate) : 0;
	}

	/** How long a picture takes that finds nothing before it. */
	expected(bytes: number): Micros {
		return this.#rate === undefined ? 0 : this.roundTrip + bytes / this.#rate;
	}

	/** Whether the path should be measured by a picture that has it to itself. */
	isStale(now: Micros): boolean {
		return this.#best !== undefined && now - this.#bestAt > BEST_LIFETIME;
	}

	/** Whether a picture took longer than it takes on the path as it is believed to be: there is a queue. */
	isLate({ bytes, took, lead, held = 0 }: Pick<Passage, 'bytes' | 'took' | 'lead' | 'held'>): boolean {
		return this.#best !== undefined && took - held > Math.max(this.expected(bytes), this.#best.took) + lead + JITTER;
	}

	/** Takes what an acknowledgement says. */
	add(passage: Passage, now: Micros): void {
		this.#rate = this.#rateAfter(passage);
		this.#measure(passage, this.#rate, now);
	}

	#rateAfter(passage: Passage): number {
		const { bytes, took, delivered, within } = passage;
		const bound = Math.max(bytes / took, delivered / within);
		const rate = this.#rate;
		if (rate === undefined || bound > rate) return bound;
		if (this.isLate(passage)) return rate + (bound - rate) * GIVE_WAY;
		if (took > this.expected(bytes) - JITTER) return rate;
		return Math.min(TAKE_BACK * rate, bytes / Math.max(JITTER, took - this.roundTrip));
	}

	#measure({ bytes, took, isAlone, held = 0 }: Passage, rate: number, now: Micros): void {
		const best = this.#best;
		if (best && rate > best.rate) best.rate = rate;
		if (!best || took < best.took || (isAlone && this.isStale(now))) {
			this.#best = { bytes, took, rate };
			this.#bestAt = now;
		} else if (bytes < ALIKE * best.bytes && took - held <= best.took + NEAR * Math.max(best.took, JITTER)) {
			this.#bestAt = now;
		}
	}
}
