import { micros } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { DeviceLoad } from './device-load.ts';

/** So many seconds of 25 pictures each, of which a part is shown after a wait; what the device is taken for, by second. */
function play(load: DeviceLoad, from: number, seconds: number, part: number, waitsMs: number): string[] {
	return Array.from({ length: seconds }, (_, second) => {
		for (let index = 0; index < 25; index++) {
			load.arrived(micros((from + second) * 1000 + index * 40));
			if (index < part * 25) load.shown(waitsMs);
		}
		return kindOf(load, from + second + 1);
	});
}

function kindOf(load: DeviceLoad, seconds: number): string {
	const found = load.at(micros(seconds * 1000));
	return found === undefined ? 'none' : found.isLate ? 'late' : 'shows-fewer';
}

describe('DeviceLoad', () => {
	it.each([
		['shows all at once', 1, 12, 'none'],
		['leaves out many that came in bursts, and lets none wait', 0.6, 12, 'none'],
		['lets all wait a little', 1, 60, 'none'],
		['shows few, and those late', 0.6, 60, 'shows-fewer'],
		['shows all very late', 1, 200, 'late'],
		['shows nothing, which is said elsewhere', 0, 0, 'none'],
	] as const)('of a device that %s', (_, part, waitsMs, expected) => {
		expect(play(new DeviceLoad(), 0, 12, part, waitsMs).at(-1)).toBe(expected);
	});

	it('makes nothing of a bad moment, and takes nothing back for a good one', () => {
		const load = new DeviceLoad();
		const swings = [1, 2, 3, 4, 5].flatMap((round) => [
			...play(load, round * 10, 2, 0.5, 80),
			...play(load, round * 10 + 2, 8, 1, 12),
		]);
		expect(new Set(swings)).toEqual(new Set(['none']));
		expect(play(load, 60, 8, 0.5, 80).at(-1)).toBe('shows-fewer');
		const later = [7, 8, 9].flatMap((round) => [
			...play(load, round * 10, 2, 1, 12),
			...play(load, round * 10 + 2, 8, 0.5, 80),
		]);
		expect(new Set(later)).toEqual(new Set(['shows-fewer']));
		expect(play(load, 100, 8, 1, 12).at(-1)).toBe('none');
	});

	it('knows what part is left out', () => {
		const load = new DeviceLoad();
		play(load, 0, 12, 0.6, 80);
		expect(load.at(micros(12_000))?.leftOut).toBeCloseTo(0.4);
	});

	it('knows nothing of a device that gets no pictures any more', () => {
		const load = new DeviceLoad();
		expect(play(load, 0, 10, 0.5, 80).at(-1)).toBe('shows-fewer');
		expect(kindOf(load, 17)).toBe('none');
		load.arrived(micros(20_000));
		expect(kindOf(load, 20.001)).toBe('none');
	});
});
