import { expect, it } from 'vitest';
import { SampleDurations } from './sample-durations.ts';

const run = (times: readonly number[]) => {
	const durations = new SampleDurations(33);
	return times.map((time) => durations.next(time));
};

it('are the usual gap, from the first that is known on', () => {
	expect(run([0, 100, 200, 300, 400])).toEqual([33, 167, 100, 100, 100]);
});

it('add up to the times, however irregular those are', () => {
	const times = [0, 30, 60, 900, 933, 960, 1000, 4000, 4040, 4080, 4110, 4150];
	const durations = run(times);
	const sums = durations.map((_, index) => durations.slice(0, index).reduce((sum, each) => sum + each, 0));
	expect(durations.every((duration) => duration > 0)).toBe(true);
	// One sample behind a gap the sums are right again.
	for (const index of [2, 4, 5, 6, 8, 9, 10, 11]) {
		expect(Math.abs((sums[index] ?? 0) - (times[index] ?? 0)), `sample ${index}`).toBeLessThanOrEqual(40);
	}
});

it('do not take a pause for the rate of the camera', () => {
	expect(run([0, 40, 80, 120, 10_000, 10_040]).at(-1)).toBe(40);
});
