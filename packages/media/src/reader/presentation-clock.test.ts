import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PresentationClock } from './presentation-clock.ts';

const FRAME = 40_000;

/** When each frame is shown, the frames being given by their counts in the order of decoding; 0 restarts. */
function shownAt(counts: readonly number[], decodedAt: (index: number) => number): number[] {
	const clock = new PresentationClock();
	return counts.map((count, index) => {
		const at = decodedAt(index);
		return at + clock.offsetOf({ count, restarts: count === 0 }, at);
	});
}

/** Groups of a key, then `runs` of B-frames before each frame that they depend on, as indexes of display. */
function groupOf(runs: readonly number[], isPyramid: boolean): number[] {
	const order = [0];
	let next = 1;
	for (const run of runs) {
		const middle = next + (run >> 1);
		const between = Array.from({ length: run }, (_, at) => next + at);
		order.push(next + run);
		if (isPyramid && run > 2) order.push(middle, ...between.filter((index) => index !== middle));
		else order.push(...between);
		next += run + 1;
	}
	return order;
}

const runs = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 12 });

describe('PresentationClock', () => {
	it.each([1, 2])('is exact at a constant rate, whatever the order is (%d counts a frame)', (step) => {
		fc.assert(
			fc.property(runs, fc.boolean(), (lengths, isPyramid) => {
				const order = [...groupOf([3, 3, 3, 3], false), ...groupOf(lengths, isPyramid)];
				const at = shownAt(
					order.map((index) => index * step),
					(index) => index * FRAME,
				);
				const second = order.length - groupOf(lengths, isPyramid).length;
				order.slice(second).forEach((index, place) => {
					expect(at[second + place]).toBe((second + index) * FRAME);
				});
			}),
			{ seed: 81, numRuns: 200 },
		);
	});

	it('changes nothing where frames are shown as they come', () => {
		const counts = Array.from({ length: 50 }, (_, index) => 2 * (index % 25));
		expect(shownAt(counts, (index) => index * FRAME)).toEqual(counts.map((_, index) => index * FRAME));
	});

	it('keeps the order of display however irregularly frames come', () => {
		const gap = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 }));
		fc.assert(
			fc.property(
				fc.array(runs, { maxLength: 4 }),
				fc.boolean(),
				fc.array(gap, { minLength: 1 }),
				(groups, isPyramid, gaps) => {
					const all = groups.map((lengths) => groupOf(lengths, isPyramid));
					let now = 0;
					const at = shownAt(
						all.flat().map((index) => index * 2),
						(index) => {
							now += gaps[index % gaps.length] ?? 0;
							return now;
						},
					);
					let first = 0;
					let before = Number.NEGATIVE_INFINITY;
					for (const order of all) {
						const times = order
							.map((index, place) => ({ index, at: at[first + place] ?? 0 }))
							.sort((a, b) => a.index - b.index);
						for (const time of times) {
							expect(time.at).toBeGreaterThan(before);
							before = time.at;
						}
						first += order.length;
					}
				},
			),
			{ seed: 82, numRuns: 300 },
		);
	});

	it('survives counts that make no sense', () => {
		const count = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer());
		fc.assert(
			fc.property(fc.array(fc.tuple(count, fc.boolean())), (orders) => {
				const clock = new PresentationClock();
				for (const [value, restarts] of orders) {
					expect(Number.isFinite(clock.offsetOf({ count: value, restarts }, 0))).toBe(true);
				}
			}),
			{ seed: 83, numRuns: 300 },
		);
	});
});
