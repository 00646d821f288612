import { BITS, BLACK, COLUMNS, type Strip, stripOf, type TimeCode, timeCodeOf, WHITE } from './layout.ts';

/** Pixels at their natural size, red, green, blue and opacity for each: what a canvas gives as ImageData. */
export interface Pixels {
	readonly width: number;
	readonly height: number;
	readonly rgba: Uint8Array | Uint8ClampedArray;
}

const MIDDLE = (BLACK + WHITE) / 2;

/** The time code at the bottom of a picture; undefined if there is none, or if it did not survive. */
export function readTimeCode(pixels: Pixels): TimeCode | undefined {
	if (pixels.width < 160 || pixels.height < 24) return undefined;
	const strip = stripOf(pixels.width, pixels.height);
	const bits = new Uint8Array(BITS);
	for (let index = 0; index < BITS; index++) bits[index] = brightness(pixels, strip, index) > MIDDLE ? 1 : 0;
	return timeCodeOf(bits);
}

/** The mean of the inner quarter of a cell: compression smears its edges. */
function brightness({ width, rgba }: Pixels, { top, cellWidth, cellHeight }: Strip, index: number): number {
	const left = (index % COLUMNS) * cellWidth + Math.floor(cellWidth / 4);
	const firstRow = top + Math.floor(index / COLUMNS) * cellHeight + cellHeight / 4;
	const columns = Math.ceil(cellWidth / 2);
	const rows = cellHeight / 2;
	let sum = 0;
	for (let row = firstRow; row < firstRow + rows; row++) {
		for (let column = left; column < left + columns; column++) {
			const at = (row * width + column) * 4;
			sum += (rgba[at] ?? 0) + (rgba[at + 1] ?? 0) + (rgba[at + 2] ?? 0);
		}
	}
	return sum / (3 * rows * columns);
}
