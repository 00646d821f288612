import { type Micros, type Millis, micros } from '@oriel/base';

/** How long the past is decoded unseen. On a link that is slow for longer, an old picture is better than none. */
const PATIENCE = micros(1_000);
/** The same while the clocks have not been compared, which takes one round trip. */
const BLIND_PATIENCE = micros(250);
/** A picture this young is the present, whatever still comes. */
const CURRENT_MS: Millis = 400;

export interface Decoded {
	/** Undefined while it is not known. */
	readonly ageMs: Millis | undefined;
	/** How many newer pictures are already there and not decoded yet. */
	readonly newer: number;
	readonly now: Micros;
}

/**
 * After a join or a skip a whole group comes in one burst: it must be decoded, but not be seen as a film of the past.
 * This tells which of its pictures may be shown.
 */
export class CatchUp {
	#since: Micros | undefined;
	#previousAgeMs: Millis | undefined;

	/** A group begins that is not the continuation of what was shown. */
	begin(now: Micros): void {
		this.#since = now;
		this.#previousAgeMs = undefined;
	}

	/** Whether this picture may be shown. Once one may, all after it may too. */
	mayShow({ ageMs, newer, now }: Decoded): boolean {
		const isPresent = newer === 0 && ageMs !== undefined && (ageMs < CURRENT_MS || this.#isNoYounger(ageMs));
		const patience = newer === 0 && ageMs === undefined ? BLIND_PATIENCE : PATIENCE;
		if (this.#since !== undefined && !isPresent && now - this.#since < patience) return false;
		this.#since = undefined;
		return true;
	}

	/** In a burst each picture is younger than the one before. Where they stop getting younger, nothing newer is to be had. */
	#isNoYounger(ageMs: Millis): boolean {
		const previous = this.#previousAgeMs;
		this.#previousAgeMs = ageMs;
		return previous !== undefined && ageMs >= previous;
	}
}
