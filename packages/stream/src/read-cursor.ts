import { micros } from '@oriel/base';
import { type EncodedFrame, sequenceDistance } from './encoded-frame.ts';

/** A reader this far behind within a GOP is better served by a new one, if the camera can make a key frame. */
export const MAX_LAG = micros(700);

/** What a cursor reads: a track. */
export interface FrameSource {
	/** Known after its data has been let go. */
	readonly newest: EncodedFrame | undefined;
	/** The newest key frame, of the present codec. */
	readonly newestKey: EncodedFrame | undefined;
	/** As `Gop.after`. */
	after(last: number | undefined): EncodedFrame | undefined;
	/** Asks for a key frame; the source limits how often. */
	requestKey(): void;
}

/**
 * Where a reader that may skip stands in a track. It holds a number and no frame: what to keep is up to the track, so no
 * slow reader can hold memory. A reader that fell behind a GOP goes on with the next one.
 */
export class ReadCursor {
	readonly #source: FrameSource;
	readonly #onSkipped: (frames: number) => void;
	#last: number | undefined;
	/** Frames read so far. */
	frames = 0;
	/** Frames skipped so far. */
	skipped = 0;

	/** `onSkipped` is called with the number of frames that have just been skipped. */
	constructor(source: FrameSource, onSkipped: (frames: number) => void = () => {}) {
		this.#source = source;
		this.#onSkipped = onSkipped;
	}

	/** Reads the next frame, if there is one. */
	next(): EncodedFrame | undefined {
		const { newest } = this.#source;
		if (newest === undefined || newest.sequence === this.#last) return undefined;
		const frame = this.#source.after(this.#last);
		if (!frame) {
			// There are newer frames, and this reader cannot join them.
			this.#source.requestKey();
			return undefined;
		}
		this.#advance(frame);
		if (!frame.key && newest.receivedAt - frame.receivedAt > MAX_LAG) this.#source.requestKey();
		return frame;
	}

	/** Reads the newest key frame, if it is newer than what was read last. A reader that wants no more skips nothing by it. */
	nextKey(): EncodedFrame | undefined {
		const { newestKey: key } = this.#source;
		if (!key || (this.#last !== undefined && sequenceDistance(key.sequence, this.#last) <= 0)) return undefined;
		this.#last = key.sequence;
		this.frames++;
		return key;
	}

	/** Whether there is a frame that has not been read. */
	get isBehind(): boolean {
		const { newest } = this.#source;
		return newest !== undefined && newest.sequence !== this.#last;
	}

	/** The reader leaves: frames that it has not read count as skipped. */
	close(): void {
		const newest = this.#source.newest?.sequence;
		if (newest !== undefined && this.#last !== undefined) this.#skip(sequenceDistance(newest, this.#last));
		this.#last = newest;
	}

	#advance({ sequence }: EncodedFrame): void {
		const missed = this.#last === undefined ? 0 : sequenceDistance(sequence, this.#last) - 1;
		if (missed > 0) this.#skip(missed);
		this.#last = sequence;
		this.frames++;
	}

	#skip(frames: number): void {
		this.skipped += frames;
		this.#onSkipped(frames);
	}
}
