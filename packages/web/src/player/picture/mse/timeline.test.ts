import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

function run(captured: readonly number[]) {
	const timeline = new Timeline();
	return captured.map((ms) => timeline.next(micros(ms)));
}

it('follows the captures, with the usual gap as duration', () => {
	const places = run([1_000, 1_040, 1_080, 1_121]);
	expect(places.map(({ from }) => from)).toEqual([0, 40_000, 80_000, 121_000]);
	expect(places.map(({ duration }) => duration)).toEqual([33_000, 40_000, 40_000, 40_000]);
});

it('never leaves a gap that a media source takes for a break', () => {
	const places = run([0, 33, 66, 200, 5_000, 5_033, 5_400, 9_000, 9_001, 9_002, 8_000]);
	places.slice(1).forEach(({ from }, index) => {
		const before = places[index];
		expect(from - (before?.from ?? 0)).toBeGreaterThan(0);
		expect(from - (before?.from ?? 0)).toBeLessThan(2 * (before?.duration ?? 0));
	});
});

it('gets used to a slow camera', () => {
	const places = run([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
	expect(places.at(-1)?.duration).toBe(1_000_000);
});
