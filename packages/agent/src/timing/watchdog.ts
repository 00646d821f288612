import { type Cancel, type Clock, type Micros, type Millis, micros, millis } from '@oriel/base';

export interface WatchdogOptions {
	readonly clock: Clock;
	/** A function where the limit changes: it is asked each time. */
	readonly limitMs: Millis | (() => Millis);
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
	#looksAt: Micros = 0;

	constructor(options: WatchdogOptions) {
		this.#options = options;
		this.#fedAt = options.clock.now();
		this.#cancel = this.#lookAfter(this.#limit);
	}

	feed(): void {
		const now = this.#options.clock.now();
		this.#fedAt = now;
		if (typeof this.#options.limitMs === 'number') return;
		// A limit that has become shorter must not wait for the look that the longer one asked for.
		const limit = this.#limit;
		if (now + micros(limit) >= this.#looksAt) return;
		this.#cancel();
		this.#cancel = this.#lookAfter(limit);
	}

	/** No bark after this. */
	stop(): void {
		this.#cancel();
	}

	get #limit(): Millis {
		const { limitMs } = this.#options;
		return typeof limitMs === 'function' ? limitMs() : limitMs;
	}

	#lookAfter(wait: Millis): Cancel {
		this.#looksAt = this.#options.clock.now() + micros(wait);
		return this.#options.clock.after(Math.ceil(wait), () => this.#look());
	}

	#look(): void {
		const { clock, bark } = this.#options;
		const limit = this.#limit;
		const left = limit - millis(clock.now() - this.#fedAt);
		// Armed before the bark, which may stop it.
		this.#cancel = this.#lookAfter(left > 0 ? left : limit);
		if (left <= 0) bark();
	}
}
