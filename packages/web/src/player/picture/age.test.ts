import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { Age } from './age.ts';

it('is the median of the last second', () => {
	const age = new Age();
	age.note(9_000, 0);
	for (const [index, ms] of [180, 190, 900, 185, 187].entries()) age.note(ms, micros(2_000 + index * 100));
	expect(age.ms).toBe(187);
});

it('is the last known age of a slow camera', () => {
	const age = new Age();
	age.note(300, 0);
	age.note(310, micros(5_000));
	expect(age.ms).toBe(310);
});

it('is unknown before the first, after a reset, and when it cannot be known', () => {
	const age = new Age();
	expect(age.ms).toBeUndefined();
	age.note(undefined, 0);
	expect(age.ms).toBeUndefined();
	age.note(5, 0);
	age.reset();
	expect(age.ms).toBeUndefined();
});
