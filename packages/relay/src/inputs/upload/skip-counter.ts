import type { Camera } from '../../core/camera.ts';

/** A gauge of what a parser has skipped so far: adds what is new to the camera's totals. */
export function skipCounter(camera: Camera): (skippedBytes: number, brokenPictures: number) => void {
	let bytes = 0;
	let pictures = 0;
	return (skippedBytes, brokenPictures) => {
		camera.counters.skippedBytes += skippedBytes - bytes;
		camera.video.counters.droppedBroken += brokenPictures - pictures;
		bytes = skippedBytes;
		pictures = brokenPictures;
	};
}
