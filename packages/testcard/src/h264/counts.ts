/** How many coefficients each 4x4 block of one plane has, for the choice of codes in its neighbours (ISO/IEC 14496-10 9.2.1). */
export class Counts {
	readonly #counts: Uint8Array;
	readonly #stride: number;
	/** Blocks along the side of a macroblock. */
	readonly #side: number;

	/** `side` is 4 for luma and 2 for chroma; the others are in macroblocks. */
	constructor(columns: number, rows: number, side: 2 | 4) {
		this.#stride = columns * side;
		this.#side = side;
		this.#counts = new Uint8Array(this.#stride * rows * side);
	}

	/** nC for the block at this column and row of blocks. */
	around(x: number, y: number): number {
		const at = y * this.#stride + x;
		const left = x > 0 ? (this.#counts[at - 1] ?? 0) : 0;
		const above = y > 0 ? (this.#counts[at - this.#stride] ?? 0) : 0;
		return x > 0 && y > 0 ? (left + above + 1) >> 1 : left + above;
	}

	/** Notes the count of one block. */
	set(x: number, y: number, count: number): void {
		this.#counts[y * this.#stride + x] = count;
	}

	/** Notes the same count for all blocks of a macroblock. */
	fill(column: number, row: number, count: number): void {
		const x = column * this.#side;
		for (let line = 0; line < this.#side; line++) {
			const at = (row * this.#side + line) * this.#stride + x;
			this.#counts.fill(count, at, at + this.#side);
		}
	}
}
