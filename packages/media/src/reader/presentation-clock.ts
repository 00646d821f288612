import type { Micros } from '@oriel/base';
import type { DisplayOrder } from '../h264/picture-order.ts';

/** PicOrderCnt rises by this from one frame to the next shown: once for each field. Some encoders count frames. */
const USUAL_STEP = 2;
/** Frames that are remembered: more than a decoder holds back (max_num_reorder_frames is at most 16). */
const MAX_REMEMBERED = 34;
/** A frame lasts no longer, for the purpose of guessing: a pause is no rate. */
const MAX_FRAME: Micros = 1_000_000;
/** Of so many intervals the mean is: quick enough for a camera that changes its rate, slow enough for jitter. */
const MEAN_OF = 16;

interface Shown {
	readonly count: number;
	readonly at: Micros;
}

/**
 * Gives each frame of a stream with B-frames the time at which it is to be shown, from when it is decoded and from its
 * place in the order of display. Times of frames that are shown one after the other always rise.
 *
 * A frame that is shown after all that have come (I and P mostly) is due as many frames after its decoding as are still
 * missing before it. One that is shown earlier lies between two that have come, and its time is between theirs. With a
 * constant rate that is exact; where the rate changes, only the spacing is a guess and the order is not.
 */
export class PresentationClock {
	/** In the order of display, the newest part only. */
	#shown: Shown[] = [];
	#decodedAt: Micros | undefined;
	/** Mean of the times from one decoding to the next, and of how many it is. */
	#frame: Micros = 0;
	#measured = 0;
	#step = USUAL_STEP;

	/** How much later than `decodedAt` the frame is shown; it may be negative. Call it in the order of decoding. */
	offsetOf({ count, restarts }: DisplayOrder, decodedAt: Micros): Micros {
		this.#measure(decodedAt);
		const last = this.#shown.at(-1);
		if (restarts || !last) return this.#begin(count, decodedAt, last);
		if (Math.abs(count - last.count) % 2 === 1) this.#step = 1;
		const at = count > last.count ? this.#after(last, count, decodedAt) : this.#between(count);
		this.#remember({ count, at });
		return at - decodedAt;
	}

	#measure(decodedAt: Micros): void {
		const interval = Math.max(0, Math.min(MAX_FRAME, decodedAt - (this.#decodedAt ?? decodedAt)));
		if (this.#decodedAt !== undefined) {
			this.#measured = Math.min(MEAN_OF, this.#measured + 1);
			this.#frame += (interval - this.#frame) / this.#measured;
		}
		this.#decodedAt = decodedAt;
	}

	/** What comes before is shown before. */
	#begin(count: number, decodedAt: Micros, last: Shown | undefined): Micros {
		const at = Math.max(decodedAt, (last?.at ?? Number.NEGATIVE_INFINITY) + 1);
		this.#shown = [{ count, at }];
		return at - decodedAt;
	}

	/** With room for the frames that are to come in between. */
	#after(last: Shown, count: number, decodedAt: Micros): Micros {
		const missing = Math.max(0, Math.round((count - last.count) / this.#step) - 1);
		const due = decodedAt + Math.min(missing, MAX_REMEMBERED) * this.#frame;
		return Math.max(Math.round(due), last.at + count - last.count);
	}

	#between(count: number): Micros {
		const next = this.#shown.findIndex((shown) => shown.count >= count);
		const [before, after] = [this.#shown[next - 1], this.#shown[next]];
		if (!after) return 0;
		if (!before) return after.at - (after.count - count);
		const share = (count - before.count) / (after.count - before.count);
		return Math.round(before.at + share * (after.at - before.at));
	}

	#remember(shown: Shown): void {
		let at = this.#shown.length;
		while (at > 0 && (this.#shown[at - 1]?.count ?? 0) > shown.count) at--;
		this.#shown.splice(at, 0, shown);
		if (this.#shown.length > MAX_REMEMBERED) this.#shown.shift();
	}
}
