import { type Jpeg, withHuffmanTables } from '@oriel/media';
import type { Camera } from '../hub/camera.ts';
import type { Stream } from '../hub/stream.ts';

/** Gives a JPEG from a camera that speaks no protocol to the hub: without a time of its own, it was taken when it came. */
export function pushJpeg(stream: Stream, jpeg: Jpeg, now: number): void {
	stream.describe({ codec: 'jpeg', width: jpeg.width, height: jpeg.height });
	stream.push({ key: true, capturedAt: now, payload: withHuffmanTables(jpeg) });
}

/** A gauge of what a parser has skipped so far: adds what is new to the camera's totals. */
export function skipCounter(camera: Camera): (skippedBytes: number, brokenPictures: number) => void {
	let bytes = 0;
	let pictures = 0;
	return (skippedBytes, brokenPictures) => {
		camera.counters.skippedBytes += skippedBytes - bytes;
		camera.counters.droppedBroken += brokenPictures - pictures;
		bytes = skippedBytes;
		pictures = brokenPictures;
	};
}
