import { type Clock, type Micros, millis, sleep } from '@oriel/base';

export interface PacerOptions {
	readonly fps: number;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/**
 * Beats `fps` times a second without drift: beat n is due n/fps seconds after the first. Who comes late gets the
 * newest beat that is due at once and none of those before it, so that lateness never turns into a burst.
 */
export class Pacer {
	readonly #options: PacerOptions;
	readonly #interval: Micros;
	#start: Micros | undefined;
	#next = 0;

	constructor(options: PacerOptions) {
		this.#options = options;
		this.#interval = 1_000_000 / options.fps;
	}

	/** Waits for the next beat; at least one turn of the event loop. False: the signal has been aborted. */
	async due(): Promise<boolean> {
		const { clock, signal } = this.#options;
		const now = clock.now();
		this.#start ??= now;
		const newest = Math.floor((now - this.#start) / this.#interval);
		this.#next = Math.max(this.#next, newest);
		const at = this.#start + this.#next * this.#interval;
		await sleep(clock, Math.max(0, millis(at - now)), signal);
		this.#next++;
		return !signal.aborted;
	}
}
