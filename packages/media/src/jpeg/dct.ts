/** cos(k π / 16) √2 for k > 0, 1 for k = 0: what `transform` leaves undone for row and column k. */
const LEFT_OVER = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2));

const COS_4 = Math.cos((4 * Math.PI) / 16);
const COS_6 = Math.cos((6 * Math.PI) / 16);
const DIFFERENCE = Math.cos((2 * Math.PI) / 16) - COS_6;
const SUM = Math.cos((2 * Math.PI) / 16) + COS_6;

/** One over quantizer and everything that `transform` leaves undone, for the 64 coefficients row by row. */
export function reciprocals(quantizers: Uint8Array): Float64Array {
	return Float64Array.from(quantizers, (quantizer, at) => {
		const row = LEFT_OVER[at >> 3] ?? 1;
		const column = LEFT_OVER[at & 7] ?? 1;
		return 1 / (quantizer * row * column * 8);
	});
}

/** The forward DCT of 64 samples in place (Arai, Agui and Nakajima 1988), but for the factors in `reciprocals`. */
export function transform(block: Float64Array): void {
	for (let row = 0; row < 64; row += 8) transformLine(block, row, 1);
	for (let column = 0; column < 8; column++) transformLine(block, column, 8);
}

function transformLine(block: Float64Array, at: number, step: number): void {
	const v0 = block[at] ?? 0;
	const v1 = block[at + step] ?? 0;
	const v2 = block[at + 2 * step] ?? 0;
	const v3 = block[at + 3 * step] ?? 0;
	const v4 = block[at + 4 * step] ?? 0;
	const v5 = block[at + 5 * step] ?? 0;
	const v6 = block[at + 6 * step] ?? 0;
	const v7 = block[at + 7 * step] ?? 0;

	const even0 = v0 + v7 + v3 + v4;
	const even1 = v1 + v6 + v2 + v5;
	const even3 = v0 + v7 - v3 - v4;
	const turned = (v1 + v6 - v2 - v5 + even3) * COS_4;
	block[at] = even0 + even1;
	block[at + 4 * step] = even0 - even1;
	block[at + 2 * step] = even3 + turned;
	block[at + 6 * step] = even3 - turned;

	const odd0 = v3 - v4 + v2 - v5;
	const odd1 = (v2 - v5 + v1 - v6) * COS_4;
	const odd2 = v1 - v6 + v0 - v7;
	const shared = (odd0 - odd2) * COS_6;
	const low = DIFFERENCE * odd0 + shared;
	const high = SUM * odd2 + shared;
	const ahead = v0 - v7 + odd1;
	const behind = v0 - v7 - odd1;
	block[at + 5 * step] = behind + low;
	block[at + 3 * step] = behind - low;
	block[at + step] = ahead + high;
	block[at + 7 * step] = ahead - high;
}
