import { type Micros, micros } from '@oriel/base';
import { DecodeTimes } from '../mp4/decode-times.ts';

/** A step of this length is no order of display: the sender's clock was set. */
const MAX_STEP: Micros = micros(10_000);
/** A decoder holds no more back (max_num_reorder_frames). */
const MAX_DEPTH = 16;

/** When a frame is to be decoded, and how much later it is shown: absent where the sender's times do not say. */
export interface FrameTimes {
	readonly stamp: Micros;
	readonly presentationOffset?: Micros;
}

/**
 * RTP says of each frame when it is shown (RFC 6184 5.1), and frames come in the order in which they are decoded. How
 * many are shown before one that came earlier is seen from the times themselves: parameter sets often claim far more.
 */
export class ShownAt {
	/** When the newest frames are shown, in the order in which they came. */
	#recent: Micros[] = [];
	#depth = 0;
	#times: DecodeTimes | undefined;

	/** `isReordered`: the stream may have frames that are shown in another order. */
	next(shownAt: Micros, isReordered: boolean): FrameTimes {
		if (!isReordered || this.#recent.some((other) => Math.abs(other - shownAt) > MAX_STEP)) {
			this.#recent = [];
			this.#times = undefined;
		}
		this.#recent.push(shownAt);
		if (this.#recent.length > MAX_DEPTH + 1) this.#recent.shift();
		if (!isReordered) return { stamp: shownAt };
		this.#measure(shownAt);
		if (this.#depth === 0) return { stamp: shownAt };
		const stamp = this.#decodedAt(shownAt);
		return { stamp, presentationOffset: shownAt - stamp };
	}

	#measure(shownAt: Micros): void {
		const later = this.#recent.filter((other) => other > shownAt).length;
		if (later <= this.#depth) return;
		this.#depth = later;
		this.#times = undefined;
	}

	#decodedAt(shownAt: Micros): Micros {
		if (this.#times) return this.#times.next(shownAt);
		const times = new DecodeTimes(this.#depth, 0);
		this.#times = times;
		return this.#recent.reduce((_, each) => times.next(each), shownAt);
	}
}
