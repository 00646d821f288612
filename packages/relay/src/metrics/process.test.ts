import { expect, it } from 'vitest';
import { ProcessMetrics } from './process.ts';

/** Node’s histogram with given readings, in milliseconds. */
function monitor(...readings: number[]) {
	let held: number[] = readings.map((milliseconds) => milliseconds * 1e6);
	return {
		enable: () => true,
		reset() {
			held = [];
		},
		get count() {
			return held.length;
		},
		get mean() {
			return held.reduce((sum, one) => sum + one, 0) / held.length;
		},
		get min() {
			return held.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...held);
		},
		get max() {
			return Math.max(0, ...held);
		},
		percentile: (percent: number) => held[Math.ceil((percent / 100) * held.length) - 1] ?? 0,
	};
}

/** In microseconds, by what they tell. */
function lagOf(metrics: ProcessMetrics): Record<string, number> {
	const families = metrics.read().filter(({ name }) => name.startsWith('nodejs_eventloop_lag_'));
	return Object.fromEntries(
		families.map(({ name, samples }) => {
			const [{ value } = { value: Number.NaN }] = samples();
			return [name.replace('nodejs_eventloop_lag_', ''), Math.round(value * 1e6)];
		}),
	);
}

it('tells the lag of the event loop without the interval at which it is measured, and of each reading alone', () => {
	const metrics = new ProcessMetrics(monitor(250, 251, 260, 650));
	expect(lagOf(metrics)).toEqual({
		seconds: 102_750,
		min_seconds: 0,
		max_seconds: 400_000,
		p50_seconds: 1000,
		p90_seconds: 400_000,
		p99_seconds: 400_000,
	});
	expect(Object.values(lagOf(metrics))).toEqual([0, 0, 0, 0, 0, 0]);
});

it('measures the lag of the real event loop, which is less than a minute', () => {
	const lags = Object.values(lagOf(new ProcessMetrics()));
	expect(lags).toHaveLength(6);
	expect(lags.every((micros) => micros < 60e6)).toBe(true);
});
