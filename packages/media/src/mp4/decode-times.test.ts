import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeTimes } from './decode-times.ts';

const FRAME = 40;
/** Groups as x264 makes them by default: three B-frames, the middle one referred to. */
const PYRAMID = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11];

const timesOf = (depth: number, shown: readonly number[]) => {
	const times = new DecodeTimes(depth, FRAME);
	return shown.map((at) => times.next(at));
};

describe('DecodeTimes', () => {
	it('are those of showing where the two orders are one', () => {
		expect(timesOf(0, [0, 40, 90, 1000])).toEqual([0, 40, 90, 1000]);
	});

	it('are a frame apart, and never after the showing, where pictures are out of order', () => {
		const times = timesOf(
			2,
			PYRAMID.map((index) => index * FRAME),
		);
		expect(times).toEqual(PYRAMID.map((_, place) => (place - 2) * FRAME));
		for (const [place, index] of PYRAMID.entries()) expect(times[place]).toBeLessThanOrEqual(index * FRAME);
	});

	it('rise, and are not after the showing, whenever and however far out of order pictures come', () => {
		const depth = fc.integer({ min: 0, max: 16 });
		const gaps = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 40, maxLength: 40 });
		fc.assert(
			fc.property(depth, gaps, fc.infiniteStream(fc.nat()), (most, steps, chance) => {
				let now = 0;
				const waiting = steps.map((step) => {
					now += step;
					return now;
				});
				// A picture may come as much earlier as a decoder can hold back the others.
				const shown: number[] = [waiting.shift() ?? 0];
				const early: number[] = [];
				while (waiting.length + early.length > 0) {
					const mayHold = early.length < most && waiting.length > 0;
					if (mayHold && (chance.next().value ?? 0) % 2 === 0) early.push(waiting.shift() ?? 0);
					else shown.push(...(waiting.length > 0 ? [waiting.shift() ?? 0, ...early.splice(0)] : early.splice(0)));
				}
				const times = timesOf(most, shown);
				for (const [place, time] of times.entries()) {
					if (place > 0) expect(time).toBeGreaterThan(times[place - 1] ?? 0);
					expect(time).toBeLessThanOrEqual(shown[place] ?? 0);
				}
			}),
			{ seed: 84, numRuns: 200 },
		);
	});

	it('rise also where a stream is further out of order than it says', () => {
		const times = timesOf(
			1,
			PYRAMID.map((index) => index * FRAME),
		);
		expect(times.every((time, place) => place === 0 || time > (times[place - 1] ?? 0))).toBe(true);
	});
});
