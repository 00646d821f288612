import { describe, expect, it } from 'vitest';
import { ShownAt } from './shown-at.ts';

const FRAME = 40_000;

function timed(shown: readonly number[], isReordered = true) {
	const times = new ShownAt();
	return shown.map((turn) => times.next(turn * FRAME, isReordered));
}

describe('the times of frames in RTP', () => {
	it('are those of decoding where nothing is reordered, however they jump', () => {
		const all = timed([0, 1, 2, 900_000, 3, 4], false);
		expect(all.map(({ stamp }) => stamp / FRAME)).toEqual([0, 1, 2, 900_000, 3, 4]);
		expect(all.every(({ presentationOffset }) => presentationOffset === undefined)).toBe(true);
	});

	it('are left alone where parameter sets promise B-frames and none come', () => {
		expect(timed([0, 1, 2, 3]).every(({ presentationOffset }) => presentationOffset === undefined)).toBe(true);
	});

	it.each([
		['one B-frame', [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9], 1],
		['two B-frames', [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11], 1],
		['a pyramid', [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11, 16, 14, 13, 15], 2],
	])('give the order of decoding with %s', (_what, shown, depth) => {
		const all = timed(shown).slice(2 * depth + 2);
		const stamps = all.map(({ stamp }) => stamp);
		expect([...stamps].sort((a, b) => a - b)).toEqual(stamps);
		for (const [index, { stamp, presentationOffset = Number.NaN }] of all.entries()) {
			expect(stamp + presentationOffset).toBe((shown[index + 2 * depth + 2] ?? 0) * FRAME);
			expect(presentationOffset).toBeGreaterThanOrEqual(0);
			expect(presentationOffset).toBeLessThanOrEqual((2 * depth + 1) * FRAME);
		}
	});

	it('begin again where the clock of the camera was set', () => {
		const all = timed([0, 2, 1, 4, 3, 90_000, 90_002, 90_001, 90_004]);
		expect(all[5]).toEqual({ stamp: 90_000 * FRAME, presentationOffset: 0 });
		expect(all.at(-1)?.stamp).toBeGreaterThan(90_000 * FRAME);
	});
});
