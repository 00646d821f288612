import { MAX_LEVEL } from './cavlc.ts';
import { flatValue, type Planes } from './planes.ts';
import { dcOfChroma, dcOfSquare } from './predict.ts';

/**
 * Macroblocks of which every 4x4 block is of one colour, as test patterns have many. In Intra_16x16 the mean of each
 * block is sent separately, transformed once more (ISO/IEC 14496-10 8.5.10, 8.5.11). With quantisers of the form 6k + 4
 * that is exact: a coefficient is worth a power of two. The larger the quantiser, the fewer the bits, if all divide.
 *
 * For luma, levels are the transformed differences divided by 16, 8, 4 at 28, 22, 16. Chroma is transformed in a 2x2
 * square, a fourth of that; 6 less in the quantiser makes it divide by 4, 2, 1.
 */
export class FlatBlock {
	/** Of luma; that of chroma is 6 less. */
	quantiser = 28;
	/** 16 of luma, then 4 of blue and 4 of red, by position row by row. */
	readonly levels: Int32Array = new Int32Array(24);

	/** Whether the macroblock at this column and row is flat in this sense; then the levels are set. */
	read(planes: Planes, column: number, row: number): boolean {
		if (!this.#readLuma(planes, column, row) || !this.#readChroma(planes, column, row)) return false;
		hadamard4(this.levels);
		hadamard2(this.levels, 16);
		hadamard2(this.levels, 20);
		for (let power = 4; power >= 2; power--) {
			if (!this.#divides(power)) continue;
			this.quantiser = 4 + 6 * power;
			for (let at = 0; at < 24; at++) this.levels[at] = (this.levels[at] ?? 0) >> (at < 16 ? power : power - 2);
			return this.levels.every((level) => Math.abs(level) <= MAX_LEVEL);
		}
		return false;
	}

	#divides(power: number): boolean {
		const luma = (1 << power) - 1;
		const chroma = luma >> 2;
		return this.levels.every((level, at) => (level & (at < 16 ? luma : chroma)) === 0);
	}

	#readLuma({ y }: Planes, column: number, row: number): boolean {
		const at = row * 16 * y.stride + column * 16;
		for (let block = 0; block < 16; block++) {
			const value = flatValue(y, at + (block >> 2) * 4 * y.stride + (block & 3) * 4);
			if (value < 0) return false;
			this.levels[block] = value;
		}
		const predicted = dcOfSquare(y, column * 16, row * 16, 16);
		for (let block = 0; block < 16; block++) this.levels[block] = (this.levels[block] ?? 0) - predicted;
		return true;
	}

	#readChroma({ cb, cr }: Planes, column: number, row: number): boolean {
		for (let block = 0; block < 8; block++) {
			const plane = block < 4 ? cb : cr;
			const x = column * 8 + (block & 1) * 4;
			const y = row * 8 + ((block >> 1) & 1) * 4;
			const value = flatValue(plane, y * plane.stride + x);
			if (value < 0) return false;
			this.levels[16 + block] = value - dcOfChroma(plane, x, y);
		}
		return true;
	}
}

/** Sums and differences of 16 numbers by row and column: rows 1111, 11--, 1--1, 1-1- (8.5.10). */
function hadamard4(block: Int32Array): void {
	for (let row = 0; row < 16; row += 4) step(block, row, 1);
	for (let column = 0; column < 4; column++) step(block, column, 4);
}

function step(block: Int32Array, at: number, stride: number): void {
	const a = block[at] ?? 0;
	const b = block[at + stride] ?? 0;
	const c = block[at + 2 * stride] ?? 0;
	const d = block[at + 3 * stride] ?? 0;
	block[at] = a + b + c + d;
	block[at + stride] = a + b - c - d;
	block[at + 2 * stride] = a - b - c + d;
	block[at + 3 * stride] = a - b + c - d;
}

/** The same for 4 numbers (8.5.11.1). */
export function hadamard2(block: Int32Array, at: number): void {
	const a = block[at] ?? 0;
	const b = block[at + 1] ?? 0;
	const c = block[at + 2] ?? 0;
	const d = block[at + 3] ?? 0;
	block[at] = a + b + c + d;
	block[at + 1] = a - b + c - d;
	block[at + 2] = a + b - c - d;
	block[at + 3] = a - b - c + d;
}
