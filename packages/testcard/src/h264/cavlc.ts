import type { BitWriter } from './bit-writer.ts';
import {
	CHROMA_DC_COEFF_TOKEN,
	CHROMA_DC_TOTAL_ZEROS,
	COEFF_TOKEN,
	type Codes,
	RUN_BEFORE,
	TOTAL_ZEROS,
} from './cavlc-tables.ts';

/** nC for the DC coefficients of chroma (ISO/IEC 14496-10 9.2.1). */
export const CHROMA_DC = -1;

/** The largest level that 12 bits of suffix can hold, whatever came before it (9.2.2.1). */
export const MAX_LEVEL = 2047;

/** Positions of coefficients that are not 0, the last first. Only for the time of one call. */
const found = new Int32Array(16);

/**
 * residual_block_cavlc (7.3.5.3.2) of the `count` coefficients from `from` on, in scan order and none beyond MAX_LEVEL.
 * Returns how many of them are not 0. The caller has made room.
 */
export function writeResidual(bits: BitWriter, levels: Int32Array, from: number, count: number, nC: number): number {
	let total = 0;
	for (let at = count - 1; at >= 0; at--) if (levels[from + at] !== 0) found[total++] = at;
	let ones = 0;
	while (ones < 3 && ones < total && Math.abs(levels[from + (found[ones] ?? 0)] ?? 0) === 1) ones++;
	writeToken(bits, total, ones, nC);
	if (total === 0) return 0;
	for (let index = 0; index < ones; index++) bits.write((levels[from + (found[index] ?? 0)] ?? 0) < 0 ? 1 : 0, 1);
	writeLevels(bits, levels, from, total, ones);
	writeRuns(bits, total, count);
	return total;
}

function writeToken(bits: BitWriter, total: number, ones: number, nC: number): void {
	const number = 4 * total + ones;
	if (nC === CHROMA_DC) put(bits, CHROMA_DC_COEFF_TOKEN, number);
	else if (nC < 8) put(bits, COEFF_TOKEN[nC < 2 ? 0 : nC < 4 ? 1 : 2], number);
	else bits.write(total === 0 ? 3 : 4 * (total - 1) + ones, 6);
}

/** 9.2.2.1, from the last coefficient to the first. */
function writeLevels(bits: BitWriter, levels: Int32Array, from: number, total: number, ones: number): void {
	let suffixLength = total > 10 && ones < 3 ? 1 : 0;
	for (let index = ones; index < total; index++) {
		const level = levels[from + (found[index] ?? 0)] ?? 0;
		// Without three trailing ones, the first level behind them is known not to be 1 or -1.
		const known = index === ones && ones < 3 ? 2 : 0;
		writeLevel(bits, (level > 0 ? 2 * level - 2 : -2 * level - 1) - known, suffixLength);
		if (suffixLength === 0) suffixLength = 1;
		if (suffixLength < 6 && Math.abs(level) > 3 << (suffixLength - 1)) suffixLength++;
	}
}

function writeLevel(bits: BitWriter, code: number, suffixLength: number): void {
	const longest = suffixLength === 0 ? 30 : 15 << suffixLength;
	if (code >= longest) {
		bits.write(1, 16);
		bits.write(code - longest, 12);
	} else if (suffixLength > 0) {
		bits.write(1, (code >> suffixLength) + 1);
		bits.write(code & ((1 << suffixLength) - 1), suffixLength);
	} else if (code < 14) bits.write(1, code + 1);
	else {
		bits.write(1, 15);
		bits.write(code - 14, 4);
	}
}

/** 9.2.3 */
function writeRuns(bits: BitWriter, total: number, count: number): void {
	let zerosLeft = (found[0] ?? 0) + 1 - total;
	if (total < count) put(bits, (count === 4 ? CHROMA_DC_TOTAL_ZEROS : TOTAL_ZEROS)[total - 1], zerosLeft);
	for (let index = 0; index + 1 < total && zerosLeft > 0; index++) {
		const run = (found[index] ?? 0) - (found[index + 1] ?? 0) - 1;
		put(bits, RUN_BEFORE[Math.min(zerosLeft, 7) - 1], run);
		zerosLeft -= run;
	}
}

function put(bits: BitWriter, codes: Codes | undefined, number: number): void {
	bits.write(codes?.bits[number] ?? 0, codes?.lengths[number] ?? 0);
}
