import { heldBytes } from '@oriel/base';
import type { EncodedFrame } from './encoded-frame.ts';

export interface FrameQueueLimits {
	readonly maxFrames: number;
	/** Of memory held by `data`. */
	readonly maxBytes: number;
}

/** Frames that a queue had no room for: a gap. */
export interface Overflow {
	/** Of the first frame that was lost. */
	readonly sequence: number;
	readonly limit: 'frames' | 'bytes';
}

/**
 * Frames for a reader that may not skip: a recorder, a muxer of segments, another relay. All frames come out, in order; where
 * there is no room the gap is reported when it begins, lasts until the next key frame, and the frame behind it is marked as a
 * discontinuity.
 */
export class FrameQueue {
	readonly #limits: FrameQueueLimits;
	readonly #onOverflow: (overflow: Overflow) => void;
	#frames: EncodedFrame[] = [];
	#bytes = 0;
	#isInGap = false;
	/** Frames lost so far. */
	lost = 0;

	constructor(limits: FrameQueueLimits, onOverflow: (overflow: Overflow) => void) {
		this.#limits = limits;
		this.#onOverflow = onOverflow;
	}

	/** Frames that wait. */
	get size(): number {
		return this.#frames.length;
	}

	/** Memory of the frames that wait, in bytes. */
	get heldBytes(): number {
		return this.#bytes;
	}

	/** Takes the track's next frame in; false if it is lost. */
	push(frame: EncodedFrame): boolean {
		const limit = this.#limitOf(frame);
		if (limit || (this.#isInGap && !frame.key)) {
			this.#lose(frame, limit ?? 'frames');
			return false;
		}
		this.#frames.push(this.#isInGap ? { ...frame, discontinuity: true } : frame);
		this.#bytes += heldBytes(frame.data);
		this.#isInGap = false;
		return true;
	}

	/** Takes the oldest frame out. */
	shift(): EncodedFrame | undefined {
		const frame = this.#frames.shift();
		if (frame) this.#bytes -= heldBytes(frame.data);
		return frame;
	}

	/** Lets go of all that waits; it counts as lost, and the next frame must be a key frame. */
	clear(): void {
		const [first] = this.#frames;
		if (!first) return;
		this.lost += this.#frames.length;
		this.#frames = [];
		this.#bytes = 0;
		this.#isInGap = true;
	}

	#limitOf({ data }: EncodedFrame): Overflow['limit'] | undefined {
		if (this.#frames.length >= this.#limits.maxFrames) return 'frames';
		return this.#bytes + heldBytes(data) > this.#limits.maxBytes ? 'bytes' : undefined;
	}

	#lose({ sequence }: EncodedFrame, limit: Overflow['limit']): void {
		this.lost++;
		if (this.#isInGap) return;
		this.#isInGap = true;
		this.#onOverflow({ sequence, limit });
	}
}
