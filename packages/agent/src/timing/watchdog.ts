import { type Cancel, type Clock, type Micros, type Millis, millis } from '@oriel/base';

export interface WatchdogOptions {
	readonly clock: Clock;
	readonly limitMs: Millis;
	readonly bark: () => void;
}

/**
 * Calls `bark` when it has not been fed for `limitMs`, and again after every further `limitMs` of silence. Feeding is
 * cheap enough for every message.
 */
export class Watchdog {
	readonly #options: WatchdogOptions;
	#fedAt: Micros;
	#cancel: Cancel;

	constructor(options: WatchdogOptions) {
		this.#options = options;
		this.#fedAt = options.clock.now();
		this.#cancel = this.#lookAfter(options.limitMs);
	}

	feed(): void {
		this.#fedAt = this.#options.clock.now();
	}

	/** No bark after this. */
	stop(): void {
		this.#cancel();
	}

	#lookAfter(wait: Millis): Cancel {
		return this.#options.clock.after(Math.ceil(wait), () => this.#look());
	}

	#look(): void {
		const { clock, limitMs, bark } = this.#options;
		const left = limitMs - millis(clock.now() - this.#fedAt);
		// Armed before the bark, which may stop it.
		this.#cancel = this.#lookAfter(left > 0 ? left : limitMs);
		if (left <= 0) bark();
	}
}
