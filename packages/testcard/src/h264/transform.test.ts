import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCAN, toLevels } from './transform.ts';

/** The decoder's side (ISO/IEC 14496-10 8.5.12 at quantiser 0), written once more, plainly. */
function decoded(levels: Int32Array, dc?: number): number[] {
	const worth = (at: number) => [10, 13, 16][(at & 1) + ((at >> 2) & 1)] ?? 0;
	const block = Array.from(levels, (level, at) => (at === 0 && dc !== undefined ? dc : level * worth(at)));
	const pass = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => {
		const [e, f, g, h] = [a + c, a - c, (b >> 1) - d, b + (d >> 1)];
		return [e + h, f + g, f - g, e - h];
	};
	const rows = [0, 4, 8, 12].map((at) => pass(block.slice(at, at + 4)));
	const columns = [0, 1, 2, 3].map((at) => pass(rows.map((row) => row[at] ?? 0)));
	return rows.flatMap((_, y) => columns.map((column) => ((column[y] ?? 0) + 32) >> 6));
}

const block = (most: number) =>
	fc.array(fc.integer({ min: -most, max: most }), { minLength: 16, maxLength: 16 }).map((all) => Int32Array.from(all));

describe('toLevels', () => {
	it.each([2, 20, 255])('finds coefficients that bring back differences of up to %d exactly', (most) => {
		let failed = 0;
		const exact = fc.property(block(most), (differences) => {
			const levels = new Int32Array(16);
			if (!toLevels(differences, 0, levels)) failed++;
			else expect(decoded(levels)).toEqual(Array.from(differences));
		});
		fc.assert(exact, { seed: 81, numRuns: 500 });
		expect(failed).toBeLessThan(25);
	});

	it('does without the first coefficient where that is sent elsewhere', () => {
		const exact = fc.property(block(30), (differences) => {
			const levels = new Int32Array(16);
			const dc = 5 * Math.round((4 * differences.reduce((sum, one) => sum + one, 0)) / 5);
			if (!toLevels(differences, 0, levels, dc)) return;
			expect(levels[0]).toBe(0);
			expect(decoded(levels, dc)).toEqual(Array.from(differences));
		});
		fc.assert(exact, { seed: 82, numRuns: 200 });
	});
});

describe('SCAN', () => {
	it('has every place once, from the mean to the finest', () => {
		expect(Array.from(SCAN).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at));
		expect(Array.from(SCAN).map((at) => (at >> 2) + (at & 3))).toEqual([
			0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6,
		]);
	});
});
