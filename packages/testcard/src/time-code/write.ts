import type { YuvImage } from '@oriel/media';
import { BLACK, bitsOf, COLUMNS, stripOf, type TimeCode, WHITE } from './layout.ts';

/**
 * Draws a time code over the bottom of the picture, to be read by a machine from the pixels that arrive at the other
 * end. Throws MediaError 'bad-size' if the picture is smaller than 160x24.
 */
export function writeTimeCode(picture: YuvImage, code: TimeCode): void {
	const { width, height, y } = picture;
	const { top, cellWidth, cellHeight } = stripOf(width, height);
	y.fill(BLACK, top * width);
	bitsOf(code).forEach((bit, index) => {
		if (bit === 0) return;
		const left = (index % COLUMNS) * cellWidth;
		const firstRow = top + Math.floor(index / COLUMNS) * cellHeight;
		for (let row = firstRow; row < firstRow + cellHeight; row++) {
			y.fill(WHITE, row * width + left, row * width + left + cellWidth);
		}
	});
	const neutralFrom = Math.floor(top / 2) * Math.ceil(width / 2);
	picture.cb.fill(128, neutralFrom);
	picture.cr.fill(128, neutralFrom);
}
