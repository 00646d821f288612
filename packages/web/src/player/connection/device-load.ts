import { type Micros, type Millis, micros } from '@oriel/base';

const WINDOW: Micros = micros(2_000);
/** Fewer pictures than this in a window say nothing. */
const MIN_ARRIVED = 8;
/** A device that shows a smaller part of the pictures that it gets … */
const SHOWN = 0.8;
/** … and lets them wait for longer than a screen refresh takes does not keep up. */
const WAITS_MS: Millis = 40;
/** Pictures that wait for so long are late however many of them are shown. */
const WAITS_LONG_MS: Millis = 150;
/** So many windows in a row before it is said or taken back. */
const WINDOWS = 2;
/** Nothing is known any more when no picture has come for so long. */
const FORGOTTEN: Micros = micros(6_000);

/** How a device fares that does not keep up. */
export interface Load {
	/** The part of the pictures that arrived and was not shown. */
	readonly leftOut: number;
	/** Those that were shown had waited here for long. */
	readonly isLate: boolean;
}

/**
 * Whether this device keeps up with the pictures that arrive. It is measured from the socket on, where the link has no
 * part in it: how long pictures wait here until they are shown, and how many never are.
 */
export class DeviceLoad {
	#began: Micros | undefined;
	#arrived = 0;
	#shown = 0;
	#waitedMs: Millis = 0;
	/** What the newest window has shown, and for how many in a row it was or was not something. */
	#seen: Load | undefined;
	#windows = 0;
	#load: Load | undefined;

	/** A picture has come. */
	arrived(now: Micros): void {
		if (this.#began !== undefined && now - this.#began > FORGOTTEN) this.#reset();
		this.#began ??= now;
		if (now - this.#began >= WINDOW && this.#arrived >= MIN_ARRIVED) this.#judge(now);
		this.#arrived++;
	}

	/** A picture was shown that had waited for so long. */
	shown(waitedMs: Millis): void {
		this.#shown++;
		this.#waitedMs += waitedMs;
	}

	/** Undefined: it keeps up, as far as is known. */
	at(now: Micros): Load | undefined {
		return this.#began !== undefined && now - this.#began <= FORGOTTEN ? this.#load : undefined;
	}

	#judge(now: Micros): void {
		const seen = this.#measure();
		this.#windows = (seen === undefined) === (this.#seen === undefined) ? this.#windows + 1 : 1;
		this.#seen = seen;
		if (this.#windows >= WINDOWS) this.#load = seen;
		this.#began = now;
		this.#arrived = this.#shown = this.#waitedMs = 0;
	}

	#measure(): Load | undefined {
		if (this.#shown === 0) return undefined;
		const waitsMs = this.#waitedMs / this.#shown;
		const shown = Math.min(1, this.#shown / this.#arrived);
		const isLate = waitsMs > WAITS_LONG_MS;
		return isLate || (waitsMs > WAITS_MS && shown < SHOWN) ? { leftOut: 1 - shown, isLate } : undefined;
	}

	#reset(): void {
		this.#began = undefined;
		this.#arrived = this.#shown = this.#waitedMs = this.#windows = 0;
		this.#seen = this.#load = undefined;
	}
}
