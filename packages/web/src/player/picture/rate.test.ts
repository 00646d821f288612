import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { Rate } from './rate.ts';

function played(framesPerSecond: number, seconds: number) {
	const rate = new Rate();
	const gap = micros(1_000 / framesPerSecond);
	let now = 0;
	for (; now <= seconds * 1e6; now += gap) rate.note(now);
	return { rate, last: now - gap };
}

it('counts the pictures of the last 2 s, from the start', () => {
	for (const seconds of [0.6, 2, 30]) {
		const { rate, last } = played(24, seconds);
		expect(rate.perSecond(last)).toBeCloseTo(24, 0);
	}
});

it('knows the rate of a camera that sends one picture in 5 s', () => {
	const { rate, last } = played(0.2, 30);
	expect(rate.perSecond(last)).toBeCloseTo(0.2, 3);
	expect(rate.intervalMs()).toBeCloseTo(5_000, 0);
});

it('falls while nothing comes, and keeps the usual interval', () => {
	const { rate, last } = played(25, 3);
	expect(rate.perSecond(last + micros(1_000))).toBeLessThan(15);
	expect(rate.perSecond(last + micros(10_000))).toBeLessThan(0.2);
	expect(rate.intervalMs()).toBeCloseTo(40, 0);
});

it('is 0 before the second picture and after a reset', () => {
	const rate = new Rate();
	rate.note(1);
	expect(rate.perSecond(2)).toBe(0);
	expect(rate.intervalMs()).toBeUndefined();
	const { rate: other, last } = played(25, 1);
	other.reset();
	expect(other.perSecond(last)).toBe(0);
});
