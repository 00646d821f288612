import type { YuvImage } from '../image/yuv-image.ts';
import type { Component, Frame } from './coarse/frame.ts';
import { readCoarse } from './coarse/read.ts';
import { encodeJpeg } from './encode.ts';

/** 8K (7680x4320). At an eighth that is 0.5 MB of samples. */
export const MAX_THUMBNAIL_SOURCE_PIXELS = 33_177_600;

/** Small enough for one every few seconds on any uplink. */
export const MAX_THUMBNAIL_BYTES = 8192;

/** What is tried until the bytes fit: good at first, then smaller, never so bad that faces turn into blocks. */
const ATTEMPTS = [
	{ shrink: 1, quality: 75 },
	{ shrink: 1, quality: 50 },
	{ shrink: 2, quality: 60 },
	{ shrink: 4, quality: 60 },
	{ shrink: 8, quality: 50 },
];

export interface ThumbnailLimits {
	/** Pixels of the largest picture that is looked at (default `MAX_THUMBNAIL_SOURCE_PIXELS`). */
	readonly maxPixels?: number;
	/** Bytes of the result at most (default `MAX_THUMBNAIL_BYTES`). */
	readonly maxBytes?: number;
}

/**
 * A small JPEG of a whole large one: an eighth of its width and height, or a half, quarter or eighth of that where it
 * would not fit in `maxBytes`. Only the mean of each 8x8 block is decoded, which takes a few milliseconds. Undefined if
 * it cannot be made: see `readCoarse`. It never throws, whatever the bytes are.
 */
export function thumbnailOf(jpeg: Uint8Array, limits: ThumbnailLimits = {}): Uint8Array<ArrayBuffer> | undefined {
	const { maxPixels = MAX_THUMBNAIL_SOURCE_PIXELS, maxBytes = MAX_THUMBNAIL_BYTES } = limits;
	const frame = readCoarse(jpeg, Math.min(maxPixels, MAX_THUMBNAIL_SOURCE_PIXELS));
	if (!frame) return undefined;
	for (const { shrink, quality } of ATTEMPTS) {
		const small = encodeJpeg(pictureOf(frame, shrink), { quality });
		if (small.length <= maxBytes) return small;
	}
	return undefined;
}

function pictureOf(frame: Frame, shrink: number): YuvImage {
	const width = Math.ceil(frame.width / (8 * shrink));
	const height = Math.ceil(frame.height / (8 * shrink));
	const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
	const [luma, blue, red] = frame.components;
	const chroma = (component: Component | undefined) =>
		component ? scaled(frame, component, half.width, half.height, 2 * shrink) : grey(half.width * half.height);
	return {
		width,
		height,
		y: luma ? scaled(frame, luma, width, height, shrink) : grey(width * height),
		cb: chroma(blue),
		cr: chroma(red),
	};
}

function grey(size: number): Uint8Array {
	return new Uint8Array(size).fill(128);
}

/** The plane at `width` × `height`: each sample the mean of an area `shrink` × `shrink` blocks of the picture large. */
function scaled(frame: Frame, component: Component, width: number, height: number, shrink: number): Uint8Array {
	const stepX = (shrink * component.across) / frame.across;
	const stepY = (shrink * component.down) / frame.down;
	const plane = new Uint8Array(width * height);
	for (let y = 0; y < height; y++) {
		const top = Math.min(component.height - 1, Math.floor(y * stepY));
		const bottom = Math.min(component.height, Math.max(top + 1, Math.floor((y + 1) * stepY)));
		for (let x = 0; x < width; x++) {
			const left = Math.min(component.width - 1, Math.floor(x * stepX));
			const right = Math.min(component.width, Math.max(left + 1, Math.floor((x + 1) * stepX)));
			plane[y * width + x] = meanOf(component, left, top, right, bottom);
		}
	}
	return plane;
}

function meanOf({ samples, stride }: Component, left: number, top: number, right: number, bottom: number): number {
	let sum = 0;
	for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += samples[y * stride + x] ?? 0;
	return Math.round(sum / ((right - left) * (bottom - top)));
}
