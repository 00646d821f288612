import { type Micros, micros } from '@oriel/base';

/** The pictures that count as lately: two seconds of a usual camera. */
const RECENT = 48;
/** Who has missed more of them than this is behind. */
const BEHIND = 0.1;
/** Who misses more than half is better served by key frames alone: they come fresh, one by one … */
const TOO_MUCH = 0.5;
/** … but not for a single bad moment: after so many skips within so long. */
const SKIPS = 3;
const SKIPS_WITHIN: Micros = micros(10_000);
/** A connection that carries this part of what is needed gets everything again. It got key frames alone below half. */
const ENOUGH = 0.75;
/** Key frames alone may not show what more there is, so it is tried: after this time, and each time later. */
const FIRST_TRY: Micros = micros(10_000);
const LAST_TRY: Micros = micros(160_000);

/** Decides what a viewer is offered whose connection does not carry the stream. */
export class Pressure {
	/** Of the recent pictures, the part that was passed over. */
	#missed = 0;
	#skips: Micros[] = [];
	#keysSince: Micros | undefined;
	#patience = FIRST_TRY;

	/** Whether pictures are passed over, more than now and then. */
	get isBehind(): boolean {
		return this.#missed > BEHIND;
	}

	/** Whether key frames alone were sent lately. */
	get sendsKeysOnly(): boolean {
		return this.#keysSince !== undefined;
	}

	/** A picture was taken, and `missed` before it were passed over. */
	took(missed: number, codec: 'jpeg' | 'h264', now: Micros): void {
		const weight = Math.min(1, (missed + 1) / RECENT);
		this.#missed += (missed / (missed + 1) - this.#missed) * weight;
		if (codec === 'jpeg' || missed === 0 || this.#keysSince !== undefined) return;
		this.#skips = [...this.#skips.slice(1 - SKIPS), now];
		const isOften = this.#skips.length === SKIPS && now - (this.#skips[0] ?? now) < SKIPS_WITHIN;
		if (isOften && this.#missed > TOO_MUCH) this.#keysSince = now;
	}

	/** Whether only key frames should be sent. `carries` is what the connection carries, where that is known. */
	isKeysOnly(
		now: Micros,
		carries: { readonly bitsPerSecond: number; readonly neededBitsPerSecond: number } | undefined,
	): boolean {
		if (this.#keysSince === undefined) return false;
		const carriesEnough = carries !== undefined && carries.bitsPerSecond > ENOUGH * carries.neededBitsPerSecond;
		if (!carriesEnough && now - this.#keysSince < this.#patience) return true;
		this.#patience = carriesEnough ? FIRST_TRY : Math.min(LAST_TRY, 2 * this.#patience);
		this.#keysSince = undefined;
		this.#skips = [];
		this.#missed = 0;
		return false;
	}
}
