import { type Micros, micros } from '@oriel/base';

/** Frames are counted for at least this long, and at least so many, before they are judged. */
const WINDOW: Micros = micros(2000);
const MIN_FRAMES = 10;
/** A viewer that misses more than this part is behind … */
const BEHIND = 0.1;
/** … until it misses no more than this: with one limit for both, the words on the page would come and go. */
const KEEPS_UP = 0.03;
/** A frame this much older than the newest: the group may last for many seconds more, and nothing is missed before it ends. */
const LAGS: Micros = micros(1000);

/** A frame as it was taken for a viewer. */
export interface Taken {
	readonly key: boolean;
	/** Frames before it that were skipped. */
	readonly missed: number;
	/** How much older it is than the newest. */
	readonly lag: Micros;
	readonly now: Micros;
}

/**
 * Counts what a viewer is sent of what there is. It judges when a group begins: a viewer that is behind gets the beginning
 * of each group and misses its end, so what is counted between two key frames says nothing.
 */
export class Pressure {
	#since: Micros | undefined;
	#taken = 0;
	#deltas = 0;
	#missed = 0;
	#isBehind = false;
	#getsKeysOnly = false;

	/** Whether frames are skipped, more than now and then. */
	get isBehind(): boolean {
		return this.#isBehind;
	}

	/** Whether the connection carries so little that no frame beside the key frames came lately. */
	get getsKeysOnly(): boolean {
		return this.#isBehind && this.#getsKeysOnly;
	}

	took({ key, missed, lag, now }: Taken): void {
		this.#missed += missed;
		if (key) this.#mayJudge(now);
		this.#taken++;
		if (!key) this.#deltas++;
		if (!key && lag > LAGS) this.#isBehind = true;
	}

	#mayJudge(now: Micros): void {
		this.#since ??= now;
		const count = this.#taken + this.#missed;
		if (now - this.#since < WINDOW || count < MIN_FRAMES) return;
		this.#isBehind = this.#missed / count > (this.#isBehind ? KEEPS_UP : BEHIND);
		this.#getsKeysOnly = this.#deltas === 0;
		this.#since = now;
		this.#taken = this.#deltas = this.#missed = 0;
	}
}
