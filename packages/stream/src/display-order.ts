import type { Micros } from '@oriel/base';
import { type EncodedFrame, presentationTime } from './encoded-frame.ts';

/** A decoder holds back no more frames than this: a GOP with more frames in order has none out of order. */
const MAX_REORDERED = 16;

/** Whether frames are displayed in the order in which they are decoded, though the format may allow another (B-frames). */
export class DisplayOrder {
	/** Frames since the key frame, and the latest presentation time among them. */
	#count = 0;
	#latest: Micros = 0;
	#isReordered = false;
	/** Whether the GOP before was in order, as far as that could be told. */
	#wasInOrder = false;

	/** As seen in this GOP, or, while that is short, in the one before. */
	get isInOrder(): boolean {
		return !this.#isReordered && (this.#count > MAX_REORDERED || this.#wasInOrder);
	}

	/** The track's next frame. */
	onFrame(frame: EncodedFrame): void {
		const presentedAt = presentationTime(frame);
		if (frame.key) {
			this.#wasInOrder = this.isInOrder;
			this.#count = 0;
			this.#isReordered = false;
			this.#latest = presentedAt;
		}
		this.#count++;
		this.#isReordered ||= presentedAt < this.#latest;
		this.#latest = Math.max(this.#latest, presentedAt);
	}
}
