import { type Micros, micros, UNKNOWN_STALL_MS } from '@oriel/base';

/** A connected camera that sends nothing for this long has stalled, unless it is a slow one. */
const STALL = micros(3000);
/** With one picture nothing is known of a camera's rhythm: it may be one that has the next in a minute. */
const UNKNOWN_STALL = micros(UNKNOWN_STALL_MS);
/** A slow camera (one picture a minute) has stalled when this many of its usual intervals have passed. */
const STALL_INTERVALS = 3;

/** How regularly a camera's pictures come, and so when one is missing. */
export class Pulse {
	/** Usual time between pictures; 0 while unknown. A reconnect does not change it. */
	#interval: Micros = 0;
	/** Of the current stream. */
	#lastBeat: Micros | undefined;
	/** When the current stream last showed life: its opening, its waking, or its newest picture. */
	#heardAt: Micros = 0;

	/** A stream has opened, or pictures are wanted again: the gap before is none of the camera’s. */
	begin(now: Micros): void {
		this.#lastBeat = undefined;
		this.#heardAt = now;
	}

	/** A picture has come. */
	beat(now: Micros): void {
		if (this.#lastBeat !== undefined) this.#learn(now - this.#lastBeat);
		this.#lastBeat = this.#heardAt = now;
	}

	/** Whether the next picture should have come by now. */
	isOverdue(now: Micros): boolean {
		const least = this.#interval === 0 && this.#lastBeat !== undefined ? UNKNOWN_STALL : STALL;
		return now - this.#heardAt > Math.max(least, this.#interval * STALL_INTERVALS);
	}

	/** The first gap counts in full, so that a camera with one picture a minute is known as slow from the second on. */
	#learn(gap: Micros): void {
		this.#interval = this.#interval === 0 ? gap : this.#interval + (gap - this.#interval) / 8;
	}
}
