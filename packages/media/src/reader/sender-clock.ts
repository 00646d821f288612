import { type Micros, micros } from '@oriel/base';
import { Drift } from './drift.ts';

/** The floor rises by this part of the time that passes, so that a sender whose clock runs slow is followed. */
const LEAK = 250e-6;

/** A picture later than this has no delay but another zero: its sender's clock was set, or stood still. */
export const MAX_LATENESS: Micros = micros(15_000);

/**
 * Turns the times that a sender gave its pictures into our clock, knowing nothing but when they arrived. The picture that
 * came the quickest counts as taken when it came; all others are placed by their distance from it in the sender's time. So a
 * burst that waited in a queue has the times at which it was taken, not that at which the queue moved.
 */
export class SenderClock {
	readonly #drift: Drift | undefined;
	/** How fast the floor rises. */
	#leak = LEAK;
	#latest: Micros | undefined;
	/** Lowest arrival less sender's time, as of `#floorAt`. */
	#floor: Micros = 0;
	#floorAt: Micros = 0;

	/** `mayRunSlow`: there are senders of this kind whose clocks are wrong by a tenth and more. */
	constructor({ mayRunSlow = false }: { readonly mayRunSlow?: boolean | undefined } = {}) {
		this.#drift = mayRunSlow ? new Drift() : undefined;
	}

	/**
	 * When the picture with the sender's time `stamp`, of which the first byte came at `arrivedAt` (ours), was taken: never
	 * after that, and never before the picture before it. A stamp that goes back, or cannot be true, begins again.
	 */
	place(stamp: Micros, arrivedAt: Micros): Micros {
		const delay = arrivedAt - stamp;
		const floor = this.#floor + this.#leak * Math.max(0, arrivedAt - this.#floorAt);
		const isJump = this.#latest === undefined || stamp < this.#latest || delay - floor > MAX_LATENESS;
		this.#latest = stamp;
		if (isJump) this.#drift?.reset();
		const drift = this.#drift?.next(Math.max(0, delay - floor), arrivedAt);
		if (drift !== undefined) {
			this.#leak += drift;
			return this.#begin(delay, arrivedAt);
		}
		if (!isJump && delay > floor) return Math.round(stamp + floor);
		return this.#begin(delay, arrivedAt);
	}

	#begin(delay: Micros, arrivedAt: Micros): Micros {
		this.#floor = delay;
		this.#floorAt = arrivedAt;
		return arrivedAt;
	}
}
