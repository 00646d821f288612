import type { Cancel, Clock, Millis } from '@oriel/base';

/** When pings are sent. */
export interface PingSchedule {
	/**
	 * The opening volley, in milliseconds from the start, rising: the age of the first frames rests on it. At least one.
	 */
	readonly openingMs: readonly Millis[];
	/** From one ping to the next after that. */
	readonly intervalMs: Millis;
}

/** Calls `ping` when the schedule says so, until it is stopped; at once if the schedule begins at 0. */
export class Pinger {
	readonly #clock: Pick<Clock, 'after'>;
	readonly #schedule: PingSchedule;
	readonly #ping: () => void;
	#sent = 0;
	#cancel: Cancel = () => {};

	constructor(clock: Pick<Clock, 'after'>, schedule: PingSchedule, ping: () => void) {
		this.#clock = clock;
		this.#schedule = schedule;
		this.#ping = ping;
		const [first = 0] = schedule.openingMs;
		if (first > 0) this.#wait(first);
		else this.#beat();
	}

	stop(): void {
		this.#cancel();
	}

	#wait(delay: Millis): void {
		this.#cancel = this.#clock.after(delay, () => this.#beat());
	}

	#beat(): void {
		const { openingMs, intervalMs } = this.#schedule;
		const before = openingMs[this.#sent];
		const next = openingMs[++this.#sent];
		this.#wait(before !== undefined && next !== undefined ? next - before : intervalMs);
		// Last: what sends it may find the connection broken, and stop this.
		this.#ping();
	}
}
