import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEnding, renewAt, retryDelay } from './schedule.ts';

const DAY = 86_400_000;

describe('renewing', () => {
	it.each([
		['90 days', 90 * DAY, 60 * DAY],
		['64 days', 64 * DAY, (64 * DAY * 2) / 3],
		['160 hours', 160 * 3_600_000, 80 * 3_600_000],
	])('of %s begins in time', (_name, lifetime, expected) => {
		expect(renewAt({ notBefore: 0, notAfter: lifetime }, 0)).toBe(expected);
		expect(renewAt({ notBefore: 0, notAfter: lifetime }, 1)).toBe(expected - lifetime / 20);
	});

	it('always begins before there is anything to warn of', () => {
		void fc.assert(
			fc.property(
				fc.integer({ min: 1000, max: 1000 * DAY }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(life, chance) => {
					const span = { notBefore: 0, notAfter: life };
					expect(isEnding(span, renewAt(span, chance))).toBe(false);
				},
			),
		);
		expect(isEnding({ notBefore: 0, notAfter: 100 }, 76)).toBe(true);
	});
});

describe('after failures', () => {
	it('the wait grows from a minute to six hours, half of it chance', () => {
		const longest = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) => retryDelay(failures, () => 1) / 60_000);
		expect(longest).toEqual([1, 5, 15, 60, 180, 360, 360, 360]);
		expect(retryDelay(1, () => 0)).toBe(30_000);
	});
});
