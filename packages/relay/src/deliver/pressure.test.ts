import { describe, expect, it } from 'vitest';
import { Pressure } from './pressure.ts';

const S = 1e6;
const FPS = 24;

/** A viewer that gets `got` pictures of each second's group of 24, for some seconds; tells the time at the end. */
function watch(pressure: Pressure, got: number, seconds: number, from = 0, codec: 'jpeg' | 'h264' = 'h264'): number {
	for (let second = 0; second < seconds; second++) {
		for (let index = 0; index < got; index++) {
			const missed = index === 0 && (second > 0 || from > 0) ? FPS - got : 0;
			pressure.took(missed, codec, from + second * S + (index * S) / FPS);
		}
	}
	return from + seconds * S;
}

const slow = { bitsPerSecond: 1e6, neededBitsPerSecond: 3e6 };
const good = { bitsPerSecond: 2.5e6, neededBitsPerSecond: 3e6 };

describe('Pressure', () => {
	it('knows no pressure where everything is taken', () => {
		const pressure = new Pressure();
		const now = watch(pressure, FPS, 60);
		expect([pressure.isBehind, pressure.isKeysOnly(now, slow)]).toEqual([false, false]);
	});

	it('is behind when pictures are passed over, and goes on with whole groups while most is taken', () => {
		const pressure = new Pressure();
		const now = watch(pressure, 16, 60);
		expect([pressure.isBehind, pressure.isKeysOnly(now, slow)]).toEqual([true, false]);
		watch(pressure, FPS, 10, now + S);
		expect(pressure.isBehind).toBe(false);
	});

	it('offers key frames alone when most is missed again and again, but not after one bad moment', () => {
		const pressure = new Pressure();
		pressure.took(100, 'h264', 0);
		expect(pressure.isKeysOnly(0, slow)).toBe(false);
		const now = watch(pressure, 6, 10, S);
		expect(pressure.isKeysOnly(now, slow)).toBe(true);
	});

	it('lets JPEGs be as few as they are: each stands alone', () => {
		const pressure = new Pressure();
		const now = watch(pressure, 2, 30, 0, 'jpeg');
		expect([pressure.isBehind, pressure.isKeysOnly(now, slow)]).toEqual([true, false]);
	});

	it('gives everything back to a connection that carries most of it', () => {
		const pressure = new Pressure();
		const now = watch(pressure, 6, 10, S);
		expect(pressure.isKeysOnly(now + S, slow)).toBe(true);
		expect(pressure.isKeysOnly(now + 2 * S, good)).toBe(false);
		expect(pressure.isKeysOnly(now + 3 * S, slow)).toBe(false);
	});

	it('tries by itself, less and less often while it is in vain', () => {
		const pressure = new Pressure();
		let now = S;
		const waits: number[] = [];
		for (let round = 0; round < 6; round++) {
			now = watch(pressure, 6, 12, now);
			const began = now;
			while (pressure.isKeysOnly(now, slow)) now += S;
			waits.push(Math.round((now - began) / S));
		}
		for (const [index, wait] of waits.entries()) {
			if (index > 0 && index < 5) expect(wait).toBeGreaterThan(1.4 * (waits[index - 1] ?? 0));
		}
		expect(waits.at(-1)).toBeLessThanOrEqual(160);
	});
});
