import { heldBytes } from '@oriel/base';
import type { Camera } from '../hub/camera.ts';
import type { Frame } from '../hub/frame.ts';

/**
 * Makes `prepare` run once a frame, however many viewers ask: its result is shared, lives as long as the frame, and counts
 * against the same limit. It must be in memory of its own.
 */
export function preparedOnce(
	prepare: (frame: Frame) => Buffer,
): (frame: Frame, camera: Pick<Camera, 'copied'>) => Buffer {
	const prepared = new WeakMap<Frame, Buffer>();
	// Viewers are offered a frame one after the other: all but the first of them find it here.
	let newest: Frame | undefined;
	let newestResult: Buffer | undefined;
	return (frame, camera) => {
		if (frame === newest && newestResult) return newestResult;
		let result = prepared.get(frame);
		if (!result) {
			result = prepare(frame);
			prepared.set(frame, result);
			camera.copied(frame, heldBytes(result));
		}
		newest = frame;
		newestResult = result;
		return result;
	};
}
