import { Backoff, type Cancel, type Clock, type Millis } from '@oriel/base';

const MIN_WAIT_MS: Millis = 250;
const MAX_WAIT_MS: Millis = 10_000;
const SHARE_OF_OUTAGE = 0.05;
/** A connection that lasted this long ends the outage; one that breaks at once must not make us hammer the relay. */
const STEADY_AFTER_MS: Millis = 5_000;

/** When to dial again. It never gives up. */
export class Redial {
	readonly #clock: Clock;
	readonly #dial: () => void;
	readonly #backoff: Backoff;
	#cancelWait: Cancel | undefined;
	#cancelSteady: Cancel | undefined;

	constructor(clock: Clock, random: () => number, dial: () => void) {
		this.#clock = clock;
		this.#dial = dial;
		this.#backoff = new Backoff({ minMs: MIN_WAIT_MS, maxMs: MAX_WAIT_MS, share: SHARE_OF_OUTAGE, clock, random });
	}

	/** Whether the next dial is being waited for. */
	get waiting(): boolean {
		return this.#cancelWait !== undefined;
	}

	/** Dials after a while, and not before `atLeast`. */
	later(atLeast: Millis = 0): void {
		this.cancel();
		this.#cancelWait = this.#clock.after(atLeast + this.#backoff.next(), () => this.now());
	}

	/** Dials at once. */
	now(): void {
		this.cancel();
		this.#dial();
	}

	/** The connection stands; if it stays so, the outage is over. */
	stands(): void {
		this.#cancelSteady = this.#clock.after(STEADY_AFTER_MS, () => this.#backoff.reset());
	}

	/** Stops waiting. */
	cancel(): void {
		this.#cancelWait?.();
		this.#cancelSteady?.();
		this.#cancelWait = undefined;
		this.#cancelSteady = undefined;
	}
}
