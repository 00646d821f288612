import { MediaError } from '../errors/media-error.ts';

/**
 * Raw planes in the layout of a JPEG: luma and two chroma planes in full range (0..255), rows from the top without gaps.
 * `y` has width × height samples; `cb` and `cr` are half as wide and half as high, rounded up (4:2:0).
 */
export interface YuvImage {
	readonly width: number;
	readonly height: number;
	readonly y: Uint8Array;
	readonly cb: Uint8Array;
	readonly cr: Uint8Array;
}

/** A black image with planes of its own. */
export function blankYuvImage(width: number, height: number): YuvImage {
	const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
	return {
		width,
		height,
		y: new Uint8Array(width * height),
		cb: new Uint8Array(chroma).fill(128),
		cr: new Uint8Array(chroma).fill(128),
	};
}

/** Throws MediaError 'bad-size' unless the planes fit the size and the size fits into a JPEG (1..65535 a side). */
export function checkPlanes({ width, height, y, cb, cr }: YuvImage): void {
	const sane = [width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= 65_535);
	if (!sane) throw new MediaError('bad-size', `A picture of ${width}x${height} cannot be a JPEG: 1 to 65535 a side.`);
	const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
	if (y.length === width * height && cb.length === chroma && cr.length === chroma) return;
	const seen = `${y.length}, ${cb.length} and ${cr.length}`;
	const wanted = `${width * height}, ${chroma} and ${chroma}`;
	throw new MediaError('bad-size', `A 4:2:0 picture of ${width}x${height} has planes of ${wanted} bytes, not ${seen}.`);
}
