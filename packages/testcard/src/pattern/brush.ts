import type { YuvImage } from '@oriel/media';
import type { Color } from './color.ts';

/** A part of a picture in whole pixels. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** Fills a box whose four numbers are even. Anything beyond the picture is left out. */
export function fillBox(picture: YuvImage, box: Box, { y, cb, cr }: Color): void {
	const half = { left: box.left / 2, top: box.top / 2, width: box.width / 2, height: box.height / 2 };
	fillPlane(picture.y, picture.width, box, Math.round(y));
	fillPlane(picture.cb, picture.width / 2, half, Math.round(cb));
	fillPlane(picture.cr, picture.width / 2, half, Math.round(cr));
}

/** Lays `color` over a box of even numbers, `opacityAt` (0..1) of it at each point, which is asked at pixel centres. */
export function blendBox(picture: YuvImage, box: Box, color: Color, opacityAt: (x: number, y: number) => number): void {
	for (let y = box.top; y < box.top + box.height; y++) {
		for (let x = box.left; x < box.left + box.width; x++) {
			blend(picture.y, y * picture.width + x, color.y, opacityAt(x + 0.5, y + 0.5));
		}
	}
	for (let y = box.top; y < box.top + box.height; y += 2) {
		for (let x = box.left; x < box.left + box.width; x += 2) {
			const at = (y * picture.width) / 4 + x / 2;
			const opacity = opacityAt(x + 1, y + 1);
			blend(picture.cb, at, color.cb, opacity);
			blend(picture.cr, at, color.cr, opacity);
		}
	}
}

function fillPlane(plane: Uint8Array, stride: number, { left, top, width, height }: Box, sample: number): void {
	const right = Math.min(stride, left + width);
	for (let row = top; row < top + height; row++) plane.fill(sample, row * stride + left, row * stride + right);
}

function blend(plane: Uint8Array, at: number, ink: number, opacity: number): void {
	if (opacity <= 0) return;
	const under = plane[at] ?? 0;
	plane[at] = Math.round(under + (ink - under) * opacity);
}
