import type { YuvImage } from '@oriel/media';

/** One plane of samples in whole macroblocks. */
export interface Plane {
	readonly samples: Uint8Array;
	/** Samples in a row. */
	readonly stride: number;
}

/** A picture filled up to whole macroblocks by repeating its right and lower edges; the decoder crops that away. */
export class Planes {
	readonly y: Plane;
	readonly cb: Plane;
	readonly cr: Plane;

	/** Both in macroblocks. */
	constructor(columns: number, rows: number) {
		this.y = plane(columns * 16, rows * 16);
		this.cb = plane(columns * 8, rows * 8);
		this.cr = plane(columns * 8, rows * 8);
	}

	/** Takes a copy of the picture. */
	load({ width, height, y, cb, cr }: YuvImage): void {
		fill(this.y, y, width, height);
		fill(this.cb, cb, width / 2, height / 2);
		fill(this.cr, cr, width / 2, height / 2);
	}
}

function plane(width: number, height: number): Plane {
	return { samples: new Uint8Array(width * height), stride: width };
}

function fill({ samples, stride }: Plane, from: Uint8Array, width: number, height: number): void {
	if (width === stride) samples.set(from);
	else {
		for (let row = 0; row < height; row++) {
			const line = from.subarray(row * width, (row + 1) * width);
			samples.set(line, row * stride);
			samples.fill(line[width - 1] ?? 0, row * stride + width, (row + 1) * stride);
		}
	}
	for (let at = height * stride; at < samples.length; at += stride) samples.copyWithin(at, at - stride, at);
}

/** Whether a square of `size` samples at `at` is the same in both planes. */
export function sameSquare(a: Plane, b: Plane, at: number, size: number): boolean {
	const { stride } = a;
	for (let row = at; row < at + size * stride; row += stride) {
		for (let here = row; here < row + size; here++) if (a.samples[here] !== b.samples[here]) return false;
	}
	return true;
}

/** The value of all 16 samples of a 4x4 block; -1 if they are not all the same. */
export function flatValue({ samples, stride }: Plane, at: number): number {
	const value = samples[at] ?? 0;
	for (let row = at; row < at + 4 * stride; row += stride) {
		for (let here = row; here < row + 4; here++) if (samples[here] !== value) return -1;
	}
	return value;
}

/** The sum of `count` samples, `step` apart. */
export function sumOf({ samples }: Plane, at: number, count: number, step: number): number {
	let sum = 0;
	for (let index = 0, here = at; index < count; index++, here += step) sum += samples[here] ?? 0;
	return sum;
}
