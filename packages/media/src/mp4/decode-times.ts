import type { Micros } from '@oriel/base';

/**
 * When each frame of a file is to be decoded, told from when it is shown. Frames come in the order of decoding. A decoder
 * holds back `depth` frames at most, so of the frames so far all but the `depth` that are shown last are final: the
 * earliest of them gives the time. So every frame is decoded before it is shown, and the times rise, whatever the rate is.
 */
export class DecodeTimes {
	readonly #depth: number;
	readonly #frame: Micros;
	/** When the frames are shown that may still be waited for, the earliest first. */
	readonly #held: Micros[] = [];
	#last = Number.NEGATIVE_INFINITY;

	/** `depth`: `reorderFrames` of the stream. `frame`: about how long a frame lasts; the first ones are decoded so far apart. */
	constructor(depth: number, frame: Micros) {
		this.#depth = depth;
		this.#frame = frame;
	}

	next(shownAt: Micros): Micros {
		const at = this.#held.findIndex((held) => held > shownAt);
		this.#held.splice(at === -1 ? this.#held.length : at, 0, shownAt);
		const [earliest = shownAt] = this.#held;
		const missing = this.#depth + 1 - this.#held.length;
		if (missing === 0) this.#held.shift();
		this.#last = Math.max(this.#last + 1, earliest - missing * this.#frame);
		return this.#last;
	}
}
