import type { Micros } from '@oriel/base';
import { fragment, initSegment, mp4NalUnits } from '@oriel/media';
import type { Picture } from '../../connection/picture.ts';
import { type H264Setup, sameSetup, setupOf } from '../h264-setup.ts';
import { Timeline } from './timeline.ts';

/** The track counts microseconds, as captures do. */
const TIMESCALE = 1_000_000;

/** One picture as a media source takes it. */
export interface Piece {
	readonly picture: Picture;
	/** What must come before it: the parameter sets, when they have changed. */
	readonly init: { readonly codec: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
	readonly bytes: Uint8Array<ArrayBuffer>;
	/** When it begins in the media. */
	readonly from: Micros;
}

/** Makes a fragmented MP4 of the pictures of one camera, a fragment a picture. */
export class FragmentMaker {
	readonly #timeline = new Timeline();
	#setup: H264Setup | undefined;
	#sequence = 0;

	/** Undefined for a picture that cannot be shown: before the first key frame, or in a group without parameter sets. */
	make(picture: Picture): Piece | undefined {
		const init = picture.key ? this.#begin(picture) : undefined;
		if (!this.#setup) return undefined;
		const { from, duration } = this.#timeline.next(picture.capturedAt);
		const nals = mp4NalUnits(picture.payload);
		const sequence = ++this.#sequence;
		const bytes = fragment({ sequence, decodeTime: from, duration, key: picture.key, nals });
		return { picture, init, bytes, from };
	}

	#begin({ payload }: Picture): Piece['init'] {
		const before = this.#setup;
		const setup = setupOf(payload);
		this.#setup = setup;
		if (!setup || (before && sameSetup(before, setup))) return undefined;
		return { codec: setup.codec, bytes: initSegment({ ...setup, timescale: TIMESCALE }) };
	}
}
