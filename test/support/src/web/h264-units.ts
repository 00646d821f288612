import { blankYuvImage } from '@oriel/media';
import { H264Encoder } from '@oriel/testcard';

/** Access units as a camera of that size sends them: a key frame and the deltas that depend on it. */
export function h264Units(count: number, width = 64, height = 48): Uint8Array[] {
	const encoder = new H264Encoder({ width, height, framesPerSecond: 30 });
	return Array.from({ length: count }, () => encoder.encode(blankYuvImage(width, height)).annexB);
}

/** A key frame without its parameter sets: no decoder can begin with it. */
export function spoiltUnit(): Uint8Array {
	return Uint8Array.of(0, 0, 0, 1, 0x65, 0x88, 0x80);
}
