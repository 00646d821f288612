import { type Cancel, type Clock, type Micros, type Millis, millis } from '@oriel/base';

/** Several changes within this time are one. */
export const RESTART_DEBOUNCE_MS: Millis = 300;
/** A restart costs a second or two of pictures: not more often than this. */
export const RESTART_EVERY_MS: Millis = 2000;

/** Turns many requests to restart into few restarts. */
export class Restarter {
	readonly #clock: Clock;
	readonly #restart: () => void;
	#cancel: Cancel | undefined;
	#restartedAt: Micros | undefined;

	constructor(clock: Clock, restart: () => void) {
		this.#clock = clock;
		this.#restart = restart;
	}

	/** Restarts soon, and once for all requests until then. */
	schedule(): void {
		this.#cancel?.();
		const since = this.#restartedAt === undefined ? RESTART_EVERY_MS : millis(this.#clock.now() - this.#restartedAt);
		this.#cancel = this.#clock.after(Math.max(RESTART_DEBOUNCE_MS, RESTART_EVERY_MS - since), () => {
			this.#cancel = undefined;
			this.#restartedAt = this.#clock.now();
			this.#restart();
		});
	}

	/** No restart is needed any more. */
	cancel(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}
