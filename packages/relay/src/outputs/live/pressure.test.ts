import { describe, expect, it } from 'vitest';
import { Pressure } from './pressure.ts';

const S = 1e6;
const FPS = 30;

/** A viewer that gets the first `got` frames of each group of so many seconds and misses the others; what it is taken for, by group. */
function watch(pressure: Pressure, got: number, seconds: number, groups: number, from = 0) {
	return Array.from({ length: groups }, (_, group) => {
		const states: boolean[] = [];
		for (let index = 0; index < got; index++) {
			const missed = index === 0 && (group > 0 || from > 0) ? seconds * FPS - got : 0;
			const now = (from + group * seconds) * S + (index * S) / FPS;
			pressure.took({ key: index === 0, missed, lag: 0, now });
			states.push(pressure.isBehind);
		}
		return states;
	});
}

describe('Pressure', () => {
	it('knows no pressure where everything is taken', () => {
		const pressure = new Pressure();
		expect(watch(pressure, FPS, 1, 60).flat()).not.toContain(true);
		expect(pressure.getsKeysOnly).toBe(false);
	});

	it.each([1, 2, 4, 8])(
		'judges whole groups: the beginning of one of %d s, which comes in full, is no relief',
		(seconds) => {
			const pressure = new Pressure();
			const groups = watch(pressure, 0.64 * seconds * FPS, seconds, 20);
			const first = Math.ceil(2 / seconds);
			expect(groups.slice(0, first).flat()).not.toContain(true);
			expect(groups.slice(first).flat()).not.toContain(false);
			expect(pressure.getsKeysOnly).toBe(false);
		},
	);

	it('takes it back when everything comes, and not while a little is missed still', () => {
		const pressure = new Pressure();
		watch(pressure, 20, 1, 10);
		expect(watch(pressure, 28, 1, 10, 10).flat()).not.toContain(false);
		expect(watch(pressure, FPS, 1, 10, 20).at(-1)).not.toContain(true);
		expect(watch(pressure, 28, 1, 10, 30).flat()).not.toContain(true);
	});

	it('sees within a group that lasts long that the viewer lags', () => {
		const pressure = new Pressure();
		for (let index = 0; index < 300; index++) {
			const lag = (0.36 * index * S) / FPS;
			pressure.took({ key: index === 0, missed: 0, lag, now: (index * S) / FPS });
			expect(pressure.isBehind).toBe(lag > S);
		}
	});

	it('says that key frames alone come when nothing else does', () => {
		const pressure = new Pressure();
		watch(pressure, 1, 1, 30);
		expect([pressure.isBehind, pressure.getsKeysOnly]).toEqual([true, true]);
		watch(pressure, 5, 1, 4, 30);
		expect([pressure.isBehind, pressure.getsKeysOnly]).toEqual([true, false]);
	});

	it('makes nothing of one skip of a camera that sends little', () => {
		const pressure = new Pressure();
		for (let count = 0; count < 60; count++)
			pressure.took({ key: true, missed: count === 20 ? 1 : 0, lag: 0, now: count * S });
		expect(pressure.isBehind).toBe(false);
	});
});
