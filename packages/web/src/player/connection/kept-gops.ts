import { ownedBytes } from '@oriel/base';
import { Gop } from '@oriel/stream';
import type { ReceivedFrame } from './received-frame.ts';
import { type TrackKey, trackKey } from './track-key.ts';

/** Frames of a GOP that is kept: as many as the relay keeps. Cameras with longer GOPs are joined at their next key frame. */
export const MAX_GOP_FRAMES = 1500;
/** Bytes of a GOP that is kept: 20 s at 6 Mbit/s. Sixteen such cameras on a page are 256 MB, which a page may have. */
export const MAX_GOP_BYTES: number = 16 * 1024 * 1024;

/**
 * What a new player, or a new decoder after an error, can begin with at once: of a JPEG camera the newest frame, of an H.264
 * camera the present GOP from its key frame on. A GOP with a hole is of no use and is dropped.
 */
export class KeptGops {
	readonly #byTrack = new Map<TrackKey, Gop<ReceivedFrame>>();

	/** In the order in which to decode them; empty if there is nothing to begin with. */
	of(key: TrackKey): readonly ReceivedFrame[] {
		return this.#byTrack.get(key)?.frames ?? [];
	}

	keep(given: ReceivedFrame): void {
		// What is kept must not keep the message around it, which may hold much else.
		const data = ownedBytes(given.data);
		const key = trackKey(given.track.camera, given.track.name);
		const gop = this.#byTrack.get(key) ?? newGop();
		this.#byTrack.set(key, gop);
		if (!gop.add(data === given.data ? given : { ...given, data })) gop.clear();
	}

	/** The track has no viewers on this page any more. Its last JPEG may stand for it; a GOP would only be the past. */
	release(key: TrackKey): void {
		if (this.of(key)[0]?.format.codec === 'h264') this.#byTrack.delete(key);
	}

	/** The track is gone. */
	forget(key: TrackKey): void {
		this.#byTrack.delete(key);
	}
}

function newGop(): Gop<ReceivedFrame> {
	return new Gop({ maxFrames: MAX_GOP_FRAMES, maxBytes: MAX_GOP_BYTES, overflow: 'drop' });
}
