import { type Micros, micros } from '@oriel/base';

/** Lateness that is jitter and not a queue: Wi-Fi, and receivers that acknowledge at the beat of their display, 16 ms. */
const JITTER: Micros = micros(16);
/** How far the rate moves towards a lower bound with each late acknowledgement. */
const GIVE_WAY = 0.5;
/** How far the rate rises at most when a frame is acknowledged early. */
const TAKE_BACK = 1.2;
/** A frame within this part of the minimum round trip (or of the jitter) confirms it. */
const NEAR = 0.1;
/** A frame this much larger than the one that set the minimum says nothing about the round trip: its bytes take the time. */
const ALIKE = 2;
/** A minimum that no frame has confirmed for this long may belong to another path: it is measured again. */
const BEST_LIFETIME: Micros = micros(10_000);

/** What one acknowledgement says about the path. */
export interface AckSample {
	readonly bytes: number;
	/** From sending to acknowledgement. */
	readonly took: Micros;
	/** Nothing else was in flight. */
	readonly isAlone: boolean;
	/** Bytes that arrived since the acknowledgement that was the newest when it was sent, itself included. */
	readonly delivered: number;
	/** How long that took: of sending and of arriving the longer one, so that nothing that arrives in one go looks fast. */
	readonly within: Micros;
	/** How long before the path was expected to be idle it left. */
	readonly pacingOffset: Micros;
	/**
	 * How long it may have waited on the receiver's device before it was acknowledged; default: not at all. An upper bound, so it excuses
	 * lateness and proves nothing: rate and round trip are only ever taken from the whole time.
	 */
	readonly held?: Micros;
}

/**
 * Bandwidth and minimum round trip of a path, from acknowledgements. No single sample gives both: a small frame on a slow
 * path takes as long as a large one on a long path. Each gives bounds that only get tighter: the bandwidth is at least what
 * was seen to arrive, and the round trip at most the fastest sample less the transmission time of its bytes. The rate falls
 * when frames are late; the round trip is measured again when nothing has confirmed it for ten seconds.
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
	isLate({
		bytes,
		took,
		pacingOffset,
		held = 0,
	}: Pick<AckSample, 'bytes' | 'took' | 'pacingOffset' | 'held'>): boolean {
		return (
			this.#best !== undefined && took - held > Math.max(this.expected(bytes), this.#best.took) + pacingOffset + JITTER
		);
	}

	/** Takes what an acknowledgement says. */
	add(sample: AckSample, now: Micros): void {
		this.#rate = this.#rateAfter(sample);
		this.#measure(sample, this.#rate, now);
	}

	#rateAfter(sample: AckSample): number {
		const { bytes, took, delivered, within } = sample;
		const bound = Math.max(bytes / took, delivered / within);
		const rate = this.#rate;
		if (rate === undefined || bound > rate) return bound;
		if (this.isLate(sample)) return rate + (bound - rate) * GIVE_WAY;
		if (took > this.expected(bytes) - JITTER) return rate;
		return Math.min(TAKE_BACK * rate, bytes / Math.max(JITTER, took - this.roundTrip));
	}

	#measure({ bytes, took, isAlone, held = 0 }: AckSample, rate: number, now: Micros): void {
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
