import type { Cancel, Clock } from './clock.ts';
import { type Micros, type Millis, micros, millis } from './time.ts';

const INTERVAL_MS: Millis = 50;
/** Timers are a little late on an idle machine, too. */
const SLACK: Micros = micros(10);
/**
 * A wait that was seen counts for so long. On a machine without time a message waits in several places one after the
 * other (the kernel, a browser's network process, this loop), and only the last can be seen.
 */
const COUNTS_FOR: Micros = micros(1000);

/**
 * How late the event loop runs. Nothing tells how long a message lay in this process, or on a busy machine before it,
 * until it was handled; but a timer that is due waits in the same queue, so a late timer bounds it.
 */
export class LoopLag {
	readonly #clock: Clock;
	readonly #cancel: Cancel;
	#tickedAt: Micros;
	/** The longest wait that ticks have shown lately, and until when it counts. */
	#shown = { wait: 0, until: 0 };

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#tickedAt = clock.now();
		this.#cancel = clock.every(INTERVAL_MS, () => this.#tick());
	}

	/** How long what is being handled now may have waited to be handled, at most; 0 while the loop is on time. */
	get ms(): Millis {
		const now = this.#clock.now();
		const wait = now - this.#tickedAt;
		const before = now <= this.#shown.until ? this.#shown.wait : 0;
		return millis(isLate(wait) ? Math.max(wait, before) : before);
	}

	stop(): void {
		this.#cancel();
	}

	#tick(): void {
		const now = this.#clock.now();
		const wait = now - this.#tickedAt;
		this.#tickedAt = now;
		const isLonger = wait >= this.#shown.wait || now > this.#shown.until;
		if (isLate(wait) && isLonger) this.#shown = { wait, until: now + COUNTS_FOR };
	}
}

function isLate(wait: Micros): boolean {
	return wait > micros(INTERVAL_MS) + SLACK;
}
