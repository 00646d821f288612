import type { Cancel, Clock, Micros, Millis } from '@oriel/base';

/** A machine's own idea of the time, beside the true time that a test moves. Timers run by the true one. */
export class BentClock implements Clock {
	readonly #truth: Clock;
	#ahead: Micros;
	#wallAhead: Millis = 0;
	#frozenAt: Micros | undefined;

	/** `ahead`: how far the zero of its steady clock lies behind that of `truth`. */
	constructor(truth: Clock, ahead: Micros = 0) {
		this.#truth = truth;
		this.#ahead = ahead;
	}

	now(): Micros {
		return this.#frozenAt ?? this.#truth.now() + this.#ahead;
	}

	wall(): Millis {
		return this.#truth.wall() + this.#wallAhead;
	}

	after(delay: Millis, action: () => void): Cancel {
		return this.#truth.after(delay, action);
	}

	every(interval: Millis, action: () => void): Cancel {
		return this.#truth.every(interval, action);
	}

	/** Sets the clock on the wall: what NTP, a person or a missing battery does. */
	stepWall(by: Millis): void {
		this.#wallAhead += by;
	}

	/** Moves the steady clock, as it should never be moved. */
	step(by: Micros): void {
		this.#ahead += by;
	}

	/** The machine is suspended: its steady clock stands still. */
	freeze(): void {
		this.#frozenAt ??= this.now();
	}

	/** It goes on, where it stood. The clock on the wall does not know that anything was. */
	thaw(): void {
		if (this.#frozenAt === undefined) return;
		this.#ahead = this.#frozenAt - this.#truth.now();
		this.#frozenAt = undefined;
	}
}
