// biome-ignore format: 8 rows of 8, as in the standard
const LUMINANCE = [
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
];

// biome-ignore format: 8 rows of 8, as in the standard
const CHROMINANCE = [
	17, 18, 24, 47, 99, 99, 99, 99,
	18, 21, 26, 66, 99, 99, 99, 99,
	24, 26, 56, 99, 99, 99, 99, 99,
	47, 66, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
	99, 99, 99, 99, 99, 99, 99, 99,
];

/** The place in a block, row by row, of each coefficient in the order in which they are stored (figure A.6). */
export const ZIGZAG: Uint8Array = zigzag();

/** Divisors for the 64 coefficients of a block, row by row (ISO/IEC 10918-1 tables K.1 and K.2). */
export interface Quantization {
	readonly luminance: Uint8Array;
	readonly chrominance: Uint8Array;
}

/** The example tables of the standard, scaled as libjpeg does: 50 leaves them alone, 100 makes every divisor 1. */
export function quantizationFor(quality: number): Quantization {
	const sane = Math.min(100, Math.max(1, Math.round(quality)));
	const percent = sane < 50 ? 5000 / sane : 200 - 2 * sane;
	const scale = (value: number) => Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)));
	return { luminance: Uint8Array.from(LUMINANCE, scale), chrominance: Uint8Array.from(CHROMINANCE, scale) };
}

function zigzag(): Uint8Array {
	const order = new Uint8Array(64);
	let next = 0;
	for (let diagonal = 0; diagonal < 15; diagonal++) {
		for (let step = 0; step <= diagonal; step++) {
			const row = diagonal % 2 === 0 ? diagonal - step : step;
			const column = diagonal - row;
			if (row < 8 && column < 8) order[next++] = row * 8 + column;
		}
	}
	return order;
}
