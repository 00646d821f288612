import { heldBytes } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import type { Track } from '../core/track.ts';

/**
 * Makes `prepare` run once a frame, however many viewers ask: its result is shared, lives as long as the frame, and counts
 * against the same limit. It must be in memory of its own.
 */
export function preparedOnce(
	prepare: (frame: EncodedFrame) => Buffer,
): (frame: EncodedFrame, track: Pick<Track, 'onCopied'>) => Buffer {
	const prepared = new WeakMap<EncodedFrame, Buffer>();
	// Viewers are offered a frame one after the other: all but the first of them find it here.
	let newest: EncodedFrame | undefined;
	let newestResult: Buffer | undefined;
	return (frame, track) => {
		if (frame === newest && newestResult) return newestResult;
		let result = prepared.get(frame);
		if (!result) {
			result = prepare(frame);
			prepared.set(frame, result);
			track.onCopied(frame, heldBytes(result));
		}
		newest = frame;
		newestResult = result;
		return result;
	};
}
