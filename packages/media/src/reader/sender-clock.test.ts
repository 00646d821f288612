import { type Micros, micros } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LATENESS, SenderClock } from './sender-clock.ts';

const FRAME: Micros = 40_000;

interface Shown {
	readonly arrivedAt: Micros;
	readonly capturedAt: Micros;
	/** When it was really taken, in our clock. */
	readonly truth: Micros;
}

/** `count` pictures, each `delay(n)` on its way; the sender's clock runs `drift` ppm fast and has a zero of its own. */
function film(count: number, delay: (n: number) => Micros, drift = 0, mayRunSlow = false): Shown[] {
	const clock = new SenderClock({ mayRunSlow });
	let newest = 0;
	return Array.from({ length: count }, (_, n) => {
		const truth = 1_000_000 + n * FRAME;
		newest = Math.max(newest, truth + delay(n));
		const stamp = Math.round(77_000_000 + n * FRAME * (1 + drift * 1e-6));
		return { arrivedAt: newest, truth, capturedAt: clock.place(stamp, newest) };
	});
}

describe('SenderClock', () => {
	it('gives a burst the times at which it was taken', () => {
		// Every second picture starts a queue of ten, which then comes at once.
		const shown = film(500, (n) => 5000 + (10 - (n % 10)) * FRAME);
		for (const { capturedAt, truth } of shown.slice(10))
			expect(Math.abs(capturedAt - truth - 45_000)).toBeLessThan(1000);
	});

	it('never says a time after the arrival, nor one before the picture before, whatever the stamps are', () => {
		const step = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -1e9, max: 1e9 }));
		fc.assert(
			fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 5000 }))), (steps) => {
				const clock = new SenderClock();
				let [stamp, arrivedAt, last] = [0, 0, Number.NEGATIVE_INFINITY];
				for (const [byMs, gapMs] of steps) {
					stamp += micros(byMs);
					arrivedAt += micros(gapMs);
					const capturedAt = clock.place(stamp, arrivedAt);
					expect(capturedAt).toBeLessThanOrEqual(arrivedAt);
					expect(capturedAt).toBeGreaterThanOrEqual(last);
					expect(capturedAt).toBeGreaterThanOrEqual(arrivedAt - MAX_LATENESS);
					last = capturedAt;
				}
			}),
			{ seed: 31, numRuns: 300 },
		);
	});

	it.each([100, -100, 200])('follows a clock that runs %d ppm fast for an hour', (drift) => {
		const random = (n: number) => (n * 7919) % 31;
		const shown = film(90_000, (n) => 20_000 + random(n) * 1000, drift);
		const errors = shown.slice(100).map(({ capturedAt, truth }) => capturedAt - truth - 20_000);
		expect(errors.filter((error) => error <= -1000 || error >= 2000)).toEqual([]);
	});

	it('keeps the age of a queue that lasts for five minutes, but for what might be drift', () => {
		const shown = film(7500, (n) => (n < 250 ? 10_000 : 2_010_000));
		const { capturedAt, arrivedAt } = shown.at(-1) ?? { capturedAt: 0, arrivedAt: 0 };
		expect(arrivedAt - capturedAt).toBeGreaterThan(1_900_000);
	});

	it('begins again where the stamps go back, and where they stand still for long', () => {
		const clock = new SenderClock();
		expect(clock.place(9_000_000, 1_000_000)).toBe(1_000_000);
		expect(clock.place(9_040_000, 1_100_000)).toBeCloseTo(1_040_000, -3);
		expect(clock.place(0, 1_200_000)).toBe(1_200_000);
		expect(clock.place(40_000, 1_240_000)).toBe(1_240_000);
		expect(clock.place(40_001, 1_240_000 + MAX_LATENESS + 100_000)).toBe(1_240_000 + MAX_LATENESS + 100_000);
	});

	it('takes a leap forward as the new zero', () => {
		const clock = new SenderClock();
		clock.place(0, 1_000_000);
		expect(clock.place(3_600_000_000, 1_040_000)).toBe(1_040_000);
		expect(clock.place(3_600_040_000, 1_090_000)).toBeCloseTo(1_080_000, -3);
	});

	describe('of senders whose clocks are wrong by far', () => {
		const late = (shown: readonly Shown[]) =>
			Math.max(...shown.map(({ arrivedAt, capturedAt }) => arrivedAt - capturedAt));

		it.each([-100_000, -400_000, -900_000])('follows one that runs %d ppm slow after twelve seconds', (drift) => {
			const shown = film(2000, (n) => 1000 * (n % 7), drift, true);
			expect(late(shown.slice(350))).toBeLessThan(60_000);
			expect(late(film(2000, (n) => 1000 * (n % 7), drift).slice(350))).toBeGreaterThan(5_000_000);
		});

		it('is not deceived by a queue that grows and empties', () => {
			// Four seconds without growth, then two more seconds late at once, up to eight.
			const queue = (n: number) => Math.floor(Math.min(n % 700, 500) / 100) * 2_000_000;
			for (const { capturedAt, truth } of film(3000, queue, 0, true)) {
				expect(Math.abs(capturedAt - truth)).toBeLessThan(50_000);
			}
		});
	});
});
