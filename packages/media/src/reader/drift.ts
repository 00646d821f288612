import { type Micros, micros } from '@oriel/base';

/** Over so long the least lateness is taken: a queue of the network is empty now and then. */
const WINDOW: Micros = micros(3000);
/** Drift below this is followed anyhow. */
const LEAST = 0.01;
/** So many windows have to agree. */
const WINDOWS = 3;
/** By how much they may differ, as a part: a clock is wrong evenly, a link is not. */
const TOLERANCE = 0.3;

/**
 * Tells a sender whose clock runs slow from one whose pictures wait in a queue. There are cameras that count their pictures
 * as if they made 25 a second, and make 15: by their own times they fall behind without end, and evenly.
 */
export class Drift {
	#since: Micros | undefined;
	#least = Number.POSITIVE_INFINITY;
	#leastBefore: number | undefined;
	#slopes: number[] = [];

	/**
	 * A picture has come at `now`, so much later than the quickest. Gives by how much the sender's clock falls behind in each
	 * microsecond, where that has become clear.
	 */
	next(lateness: Micros, now: Micros): number | undefined {
		this.#since ??= now;
		this.#least = Math.min(this.#least, lateness);
		const elapsed = now - this.#since;
		if (elapsed < WINDOW) return undefined;
		const slope = (this.#least - (this.#leastBefore ?? this.#least)) / elapsed;
		this.#slopes = slope > LEAST ? [...this.#slopes, slope].slice(-WINDOWS) : [];
		this.#leastBefore = this.#least;
		this.#least = Number.POSITIVE_INFINITY;
		this.#since = now;
		const [lowest, highest] = [Math.min(...this.#slopes), Math.max(...this.#slopes)];
		if (this.#slopes.length < WINDOWS || highest - lowest > TOLERANCE * highest) return undefined;
		this.reset();
		return highest;
	}

	/** The sender's times begin again. */
	reset(): void {
		this.#since = this.#leastBefore = undefined;
		this.#least = Number.POSITIVE_INFINITY;
		this.#slopes = [];
	}
}
