import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

function run(captured: readonly number[]) {
	const timeline = new Timeline();
	return captured.map((ms) => timeline.next(micros(ms), true));
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

/** Groups as x264 makes them by default: three B-frames, the middle one referred to. */
const PYRAMID = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11, 16, 14, 13, 15];

it('keeps pictures that come out of order in the order in which they are shown, a frame apart', () => {
	const timeline = new Timeline();
	const places = PYRAMID.map((index) => timeline.next(micros(index * 40), index === 0));
	const shown = places.map(({ from }, at) => ({ from, index: PYRAMID[at] ?? 0 })).sort((a, b) => a.index - b.index);
	const steps = shown.slice(1).map(({ from }, at) => from - (shown[at]?.from ?? 0));
	expect(steps.every((step) => step > 0)).toBe(true);
	// Until it is known how many come in between, the next is put near.
	expect(new Set(steps.slice(4))).toEqual(new Set([40_000]));
	expect(places.at(-1)?.duration).toBe(40_000);
});

it('leaves no hole where a camera with pictures out of order pauses', () => {
	const timeline = new Timeline();
	const places = PYRAMID.map((index) => timeline.next(micros(index * 40 + (index > 8 ? 60_000 : 0)), index === 0));
	const froms = places.map(({ from }) => from).sort((a, b) => a - b);
	for (const [at, from] of froms.slice(1).entries()) expect(from - (froms[at] ?? 0)).toBeLessThan(400_000);
});

it('begins behind all that came with a key frame, whatever its time is', () => {
	const timeline = new Timeline();
	const before = [0, 4, 2, 1, 3].map((index) => timeline.next(micros(index * 40), index === 0));
	const after = [0, 4, 2, 1, 3].map((index) => timeline.next(micros(90 + index * 40), index === 0));
	const last = Math.max(...before.map(({ from }) => from));
	expect(Math.min(...after.map(({ from }) => from))).toBeGreaterThan(last);
});
