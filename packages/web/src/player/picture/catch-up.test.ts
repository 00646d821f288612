import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { CatchUp } from './catch-up.ts';

function begun() {
	const catchUp = new CatchUp();
	catchUp.begin(0);
	const may = (ageMs: number | undefined, newer: number, ms: number) =>
		catchUp.mayShow({ ageMs, newer, now: micros(ms) });
	return { catchUp, may };
}

it('shows everything while there is nothing to catch up with', () => {
	expect(new CatchUp().mayShow({ ageMs: 9_000, newer: 50, now: 0 })).toBe(true);
});

it('hides the past, shows the first of the present, and everything from there on', () => {
	const { may } = begun();
	expect([may(3_000, 5, 10), may(3_000, 0, 20), may(100, 2, 30)]).toEqual([false, false, false]);
	expect([may(90, 0, 40), may(800, 3, 50)]).toEqual([true, true]);
});

it('takes what gets no younger for the present: it comes as fast as it can', () => {
	const { may } = begun();
	expect([may(1_500, 0, 10), may(1_467, 0, 20), may(1_434, 0, 30)]).toEqual([false, false, false]);
	expect(may(1_440, 0, 80)).toBe(true);
	const slow = begun();
	expect([slow.may(600, 0, 10), slow.may(620, 2, 50), slow.may(640, 0, 100)]).toEqual([false, false, true]);
	slow.catchUp.begin(micros(200));
	expect([slow.may(650, 0, 210), slow.may(640, 0, 220)]).toEqual([false, false]);
});

it('is patient for a second', () => {
	const { may } = begun();
	expect([may(2_000, 9, 999), may(2_000, 9, 1_000)]).toEqual([false, true]);
});

it('guesses after a quarter of it when ages are not known', () => {
	const { may } = begun();
	expect([may(undefined, 0, 249), may(undefined, 1, 300), may(undefined, 0, 310)]).toEqual([false, false, true]);
});
