import { MAX_LEVEL } from './cavlc.ts';
import { hadamard2 } from './flat.ts';
import type { Plane, Planes } from './planes.ts';
import { dcOfChroma, dcOfSquare } from './predict.ts';
import { SCAN, toLevels } from './transform.ts';

/** What one unit of a DC coefficient of chroma is worth at quantiser 0 (ISO/IEC 14496-10 8.5.11.2). */
const CHROMA_DC_WORTH = 5;

/**
 * Macroblocks with fine detail, as differences from a prediction, at quantiser 0 and without loss: from the picture
 * before, or from what is left and above. Blocks are numbered as the standard numbers them (6.4.3).
 */
export class DetailBlock {
	/** 16 luma blocks of 16 coefficients, then 8 of chroma whose first is 0; all in scan order. */
	readonly levels: Int32Array = new Int32Array(24 * 16);
	/** 4 of blue, 4 of red. */
	readonly chromaDc: Int32Array = new Int32Array(8);
	/** coded_block_pattern: a bit for each 8x8 of luma, then 0, 1 (DC only) or 2 for chroma. */
	pattern = 0;
	readonly #differences = new Int32Array(8 * 16);
	readonly #block = new Int32Array(16);
	readonly #meant = new Int32Array(4);

	/** Whether the macroblock can be written; then levels and pattern are set. Without `before`, it is predicted as Intra_4x4. */
	read(planes: Planes, before: Planes | undefined, column: number, row: number): boolean {
		this.pattern = 0;
		for (let block = 0; block < 16; block++) {
			if (!this.#readLuma(planes.y, before?.y, block, column * 16 + blockX(block), row * 16 + blockY(block)))
				return false;
		}
		const hasBlue = this.#readChroma(planes.cb, before?.cb, 0, column * 8, row * 8);
		const isRead = hasBlue && this.#readChroma(planes.cr, before?.cr, 4, column * 8, row * 8);
		return isRead && this.levels.every((level) => Math.abs(level) <= MAX_LEVEL);
	}

	#readLuma(plane: Plane, before: Plane | undefined, block: number, x: number, y: number): boolean {
		const predicted = before ? 0 : dcOfSquare(plane, x, y, 4);
		const isSame = differences(this.#differences, 0, plane, before, y * plane.stride + x, predicted);
		if (isSame) this.levels.fill(0, block * 16, block * 16 + 16);
		else if (!toLevels(this.#differences, 0, this.#block)) return false;
		else if (this.#scan(block, 0)) this.pattern |= 1 << (block >> 2);
		return true;
	}

	#readChroma(plane: Plane, before: Plane | undefined, first: number, left: number, top: number): boolean {
		const means = this.#meant;
		for (let block = 0; block < 4; block++) {
			const x = left + (block & 1) * 4;
			const y = top + (block >> 1) * 4;
			const predicted = before ? 0 : dcOfChroma(plane, x, y);
			differences(this.#differences, block * 16, plane, before, y * plane.stride + x, predicted);
			means[block] = this.#differences.subarray(block * 16, block * 16 + 16).reduce((sum, one) => sum + one, 0);
		}
		this.#meansToLevels(means, first);
		for (let block = 0; block < 4; block++) {
			const dc = (means[block] ?? 0) * CHROMA_DC_WORTH;
			if (!toLevels(this.#differences, block * 16, this.#block, dc)) return false;
			if (this.#scan(16 + first + block, 1)) this.pattern = (this.pattern & 15) | 32;
		}
		const hasDc = this.chromaDc.subarray(first, first + 4).some((level) => level !== 0);
		if (hasDc && this.pattern < 16) this.pattern |= 16;
		return this.chromaDc.every((level) => Math.abs(level) <= MAX_LEVEL);
	}

	/** The levels of the means, and in place of the means what a decoder makes of those: a DC is worth 4 times the sum. */
	#meansToLevels(means: Int32Array, first: number): void {
		hadamard2(means, 0);
		for (let at = 0; at < 4; at++) {
			const level = Math.round((means[at] ?? 0) / CHROMA_DC_WORTH);
			this.chromaDc[first + at] = level;
			means[at] = level;
		}
		hadamard2(means, 0);
	}

	/** Puts the block at hand in its place; whether any coefficient from `from` on is not 0. */
	#scan(block: number, from: number): boolean {
		let any = 0;
		for (let at = from; at < 16; at++) {
			const level = this.#block[SCAN[at] ?? 0] ?? 0;
			this.levels[block * 16 + at] = level;
			any |= level;
		}
		return any !== 0;
	}
}

/** Where luma block `block` is within its macroblock: squares of four, in squares of four (6.4.3). */
export function blockX(block: number): number {
	return (block & 1) * 4 + ((block >> 2) & 1) * 8;
}

/** See `blockX`. */
export function blockY(block: number): number {
	return ((block >> 1) & 1) * 4 + (block >> 3) * 8;
}

/** The differences of a 4x4 block from the picture before or, without one, from `predicted`; true if all are 0. */
function differences(
	into: Int32Array,
	to: number,
	{ samples, stride }: Plane,
	before: Plane | undefined,
	from: number,
	predicted: number,
): boolean {
	let any = 0;
	for (let at = 0; at < 16; at++) {
		const here = from + (at >> 2) * stride + (at & 3);
		const difference = (samples[here] ?? 0) - (before ? (before.samples[here] ?? 0) : predicted);
		into[to + at] = difference;
		any |= difference;
	}
	return any === 0;
}
