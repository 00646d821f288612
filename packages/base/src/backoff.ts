import type { Clock } from './clock.ts';
import type { Micros, Millis } from './time.ts';
import { millis } from './time.ts';

export interface BackoffOptions {
	/** The shortest wait, before jitter. */
	readonly minMs: Millis;
	/** The longest wait, before jitter. */
	readonly maxMs: Millis;
	/** The wait as a part of the time that the outage has lasted: 0.05 means "at most 5 % late". */
	readonly share: number;
	readonly clock: Clock;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

/**
 * How long to wait before the next try. The wait is a fixed share of the outage so far, between two limits: a short
 * outage is noticed at once, a long one costs little, and no wait is much longer than the outage deserves.
 * Half of each wait is jitter, so that a thousand clients of one restarted relay do not come back in step.
 */
export class Backoff {
	readonly #options: BackoffOptions;
	#since: Micros | undefined;

	constructor(options: BackoffOptions) {
		this.#options = options;
	}

	/** The next wait in milliseconds. The first call marks the start of the outage. */
	next(): Millis {
		const { minMs, maxMs, share, clock, random } = this.#options;
		this.#since ??= clock.now();
		const outage = millis(clock.now() - this.#since);
		const wait = Math.min(maxMs, Math.max(minMs, outage * share));
		return wait * (0.5 + random() / 2);
	}

	/** The outage is over. */
	reset(): void {
		this.#since = undefined;
	}
}
