import type { Millis } from '@oriel/base';

/** Makes the times of tags, which have 32 bits and begin again after 49 days, into times that only go on. */
export class TagClock {
	#previous: number | undefined;
	#time: Millis = 0;

	/** The time of the next tag. One that lies less than 25 days before the last goes back; all others go forward. */
	unwrap(timestampMs: number): Millis {
		this.#previous ??= timestampMs;
		this.#time += (timestampMs - this.#previous) | 0;
		this.#previous = timestampMs;
		return this.#time;
	}
}
