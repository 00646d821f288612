/** The places of a 4x4 block, row by row, in the order in which coefficients are sent (ISO/IEC 14496-10 6-8, zig-zag). */
export const SCAN: Uint8Array = Uint8Array.of(0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15);

/** normAdjust4x4 for a quantiser of 0 (8.5.9): what one unit of each coefficient is worth before the transform. */
const WORTH = Int32Array.from({ length: 16 }, (_, at) => [10, 13, 16][(at & 1) + ((at >> 2) & 1)] ?? 0);
/** From the forward transform with whole numbers to coefficients: 64 / (the norms of both rows × WORTH). */
const TO_LEVEL = Float64Array.from(WORTH, (worth, at) => 64 / (worth * ((at & 1) + 4) * (((at >> 2) & 1) + 4)));

const MAX_REPAIRS = 12;

/** Only for the time of one call. */
const scratch = new Int32Array(16);
const rows = new Int32Array(16);

/**
 * Puts into `levels`, row by row, coefficients at quantiser 0 of which every decoder makes exactly the 16 `differences`
 * from `from` on; false if none were found. Quantiser 0 is so fine that the nearest coefficients nearly always do; where
 * they do not, their neighbours are tried. With `dc` given, the first coefficient is sent elsewhere and is worth that.
 */
export function toLevels(differences: Int32Array, from: number, levels: Int32Array, dc?: number): boolean {
	forward(differences, from);
	for (let at = 0; at < 16; at++) levels[at] = Math.round((scratch[at] ?? 0) * (TO_LEVEL[at] ?? 0));
	if (dc !== undefined) levels[0] = 0;
	let error = errorOf(differences, from, levels, dc);
	for (let repair = 0; error > 0 && repair < MAX_REPAIRS; repair++) {
		const better = improve(differences, from, levels, dc, error);
		if (better === error) return false;
		error = better;
	}
	return error === 0;
}

/** Changes the one coefficient, by one, that brings the most. Returns the error that is left. */
function improve(
	differences: Int32Array,
	from: number,
	levels: Int32Array,
	dc: number | undefined,
	error: number,
): number {
	let best = error;
	let bestAt = 0;
	let bestStep = 0;
	for (let at = dc === undefined ? 0 : 1; at < 16; at++) {
		for (let step = -1; step <= 1; step += 2) {
			levels[at] = (levels[at] ?? 0) + step;
			const seenError = errorOf(differences, from, levels, dc);
			levels[at] = (levels[at] ?? 0) - step;
			if (seenError >= best) continue;
			best = seenError;
			bestAt = at;
			bestStep = step;
		}
	}
	levels[bestAt] = (levels[bestAt] ?? 0) + bestStep;
	return best;
}

/** How far the decoder's samples, before they are rounded, are outside of what is rounded to the differences. */
function errorOf(differences: Int32Array, from: number, levels: Int32Array, dc: number | undefined): number {
	for (let at = 0; at < 16; at++) scratch[at] = (levels[at] ?? 0) * (WORTH[at] ?? 0);
	if (dc !== undefined) scratch[0] = dc;
	inverse();
	let error = 0;
	for (let at = 0; at < 16; at++) {
		const off = (scratch[at] ?? 0) + 32 - 64 * (differences[from + at] ?? 0);
		if (off < 0) error += off * off;
		else if (off > 63) error += (off - 63) * (off - 63);
	}
	return error;
}

/** The forward transform, which the standard leaves to encoders: rows 1111, 2 1 -1 -2, 1 -1 -1 1, 1 -2 2 -1. */
function forward(differences: Int32Array, from: number): void {
	for (let row = 0; row < 16; row += 4) {
		const a = differences[from + row] ?? 0;
		const b = differences[from + row + 1] ?? 0;
		const c = differences[from + row + 2] ?? 0;
		const d = differences[from + row + 3] ?? 0;
		rows[row] = a + b + c + d;
		rows[row + 1] = 2 * a + b - c - 2 * d;
		rows[row + 2] = a - b - c + d;
		rows[row + 3] = a - 2 * b + 2 * c - d;
	}
	for (let column = 0; column < 4; column++) {
		const a = rows[column] ?? 0;
		const b = rows[column + 4] ?? 0;
		const c = rows[column + 8] ?? 0;
		const d = rows[column + 12] ?? 0;
		scratch[column] = a + b + c + d;
		scratch[column + 4] = 2 * a + b - c - 2 * d;
		scratch[column + 8] = a - b - c + d;
		scratch[column + 12] = a - 2 * b + 2 * c - d;
	}
}

/** 8.5.12.2, in place, without the rounding at its end. */
function inverse(): void {
	for (let row = 0; row < 16; row += 4) step(scratch, row, 1);
	for (let column = 0; column < 4; column++) step(scratch, column, 4);
}

function step(block: Int32Array, at: number, stride: number): void {
	const a = block[at] ?? 0;
	const b = block[at + stride] ?? 0;
	const c = block[at + 2 * stride] ?? 0;
	const d = block[at + 3 * stride] ?? 0;
	const even = a + c;
	const odd = b + (d >> 1);
	const evenInner = a - c;
	const oddInner = (b >> 1) - d;
	block[at] = even + odd;
	block[at + stride] = evenInner + oddInner;
	block[at + 2 * stride] = evenInner - oddInner;
	block[at + 3 * stride] = even - odd;
}
