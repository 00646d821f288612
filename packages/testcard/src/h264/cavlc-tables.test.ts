import { describe, expect, it } from 'vitest';
import {
	CHROMA_DC_COEFF_TOKEN,
	CHROMA_DC_TOTAL_ZEROS,
	COEFF_TOKEN,
	type Codes,
	INTER_PATTERN_NUMBERS,
	INTRA_PATTERN_NUMBERS,
	RUN_BEFORE,
	TOTAL_ZEROS,
} from './cavlc-tables.ts';

const TABLES: ReadonlyArray<readonly [string, readonly Codes[]]> = [
	['coeff_token', COEFF_TOKEN],
	['coeff_token of chroma DC', [CHROMA_DC_COEFF_TOKEN]],
	['total_zeros', TOTAL_ZEROS],
	['total_zeros of chroma DC', CHROMA_DC_TOTAL_ZEROS],
	['run_before', RUN_BEFORE],
];

function words({ lengths, bits }: Codes): string[] {
	return Array.from(lengths, (length, number) => (bits[number] ?? 0).toString(2).padStart(length, '0')).filter(
		(_, number) => lengths[number] !== 0,
	);
}

describe('code tables', () => {
	it.each(TABLES)('%s: no code is the beginning of another', (_name, tables) => {
		for (const table of tables) {
			const codes = words(table).sort();
			codes.forEach((code, index) => {
				expect(codes[index + 1]?.startsWith(code)).not.toBe(true);
			});
		}
	});

	it('have a code for every number there can be', () => {
		expect(COEFF_TOKEN.map((table) => words(table).length)).toEqual([62, 62, 62]);
		expect(words(CHROMA_DC_COEFF_TOKEN)).toHaveLength(14);
		expect(TOTAL_ZEROS.map((table) => words(table).length)).toEqual([
			16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2,
		]);
		expect(RUN_BEFORE.map((table) => words(table).length)).toEqual([2, 3, 4, 5, 6, 7, 15]);
	});

	it('number the patterns of coded blocks from 0 to 47', () => {
		const all = Array.from({ length: 48 }, (_, number) => number);
		for (const numbers of [INTRA_PATTERN_NUMBERS, INTER_PATTERN_NUMBERS]) {
			expect(Array.from(numbers).sort((a, b) => a - b)).toEqual(all);
		}
	});
});
