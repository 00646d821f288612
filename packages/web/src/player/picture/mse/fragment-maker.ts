import type { Micros } from '@oriel/base';
import { DecodeTimes, fragment, initSegment, mp4NalUnits } from '@oriel/media';
import type { ReceivedFrame } from '../../connection/received-frame.ts';
import { type H264Setup, sameSetup, setupOf } from '../h264-setup.ts';
import { Timeline } from './timeline.ts';

/** The track counts microseconds, as captures do. */
const TIMESCALE = 1_000_000;

/**
 * A media source takes a decode time that is later than the one before by twice a picture's duration for a break, and drops
 * all up to the next key frame. Where pictures come out of order there was room for more than came.
 */
const LONGEST_STEP = 1.9;

/** One picture as a media source takes it. */
export interface Piece {
	readonly picture: ReceivedFrame;
	/** What must come before it: the parameter sets, when they have changed. */
	readonly init: { readonly codec: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** When it begins in the media. */
	readonly from: Micros;
	/** Up to here all pictures have come: those that come later are shown later. */
	readonly playable: Micros;
}

/** Makes a fragmented MP4 of the pictures of one camera, a fragment a picture. */
export class FragmentMaker {
	readonly #timeline = new Timeline();
	#setup: H264Setup | undefined;
	#times = new DecodeTimes(0, 0);
	#sequence = 0;
	/** The decode time that the next picture may have at most. */
	#latest = Number.POSITIVE_INFINITY;

	/** Undefined for a picture that cannot be shown: before the first key frame, or in a group without parameter sets. */
	make(picture: ReceivedFrame): Piece | undefined {
		const init = picture.key ? this.#begin(picture) : undefined;
		if (!this.#setup) return undefined;
		const { key, capturedAt, presentationOffset, data } = picture;
		const isNext = key || presentationOffset === undefined;
		const { from, duration } = this.#timeline.next(capturedAt + (presentationOffset ?? 0), isNext);
		const playable = this.#times.next(from);
		// Only to be decoded does it move to an earlier time: it is shown at its own.
		const decodeTime = Math.min(playable, this.#latest);
		this.#latest = decodeTime + Math.floor(duration * LONGEST_STEP);
		const times = { decodeTime, duration, compositionOffset: from - decodeTime };
		const bytes = fragment({ sequence: ++this.#sequence, ...times, key, nals: mp4NalUnits(data) });
		return { picture, init, bytes, from, playable };
	}

	#begin({ data, presentationOffset }: ReceivedFrame): Piece['init'] {
		const before = this.#setup;
		const setup = setupOf(data);
		this.#setup = setup;
		if (!setup || (before && sameSetup(before, setup))) return undefined;
		// Times begin at zero, so nothing can be decoded ahead of the first picture.
		this.#times = new DecodeTimes(presentationOffset === undefined ? 0 : setup.reorderFrames, 0);
		this.#latest = Number.POSITIVE_INFINITY;
		return { codec: setup.codec, bytes: initSegment({ ...setup, timescale: TIMESCALE }) };
	}
}
