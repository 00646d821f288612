import { expect, it } from 'vitest';
import { neighbours } from './neighbours.ts';
import { snapshotFileName } from './snapshot.ts';
import { factsWords } from './use-facts.ts';

it('goes round the cameras', () => {
	const cameras = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
	expect(neighbours(cameras, 'a')).toEqual({ previous: { name: 'c' }, next: { name: 'b' } });
	expect(neighbours(cameras, 'c').next).toEqual({ name: 'a' });
	expect(neighbours([{ name: 'a' }], 'a')).toEqual({});
	expect(neighbours(cameras, 'gone')).toEqual({});
});

it('names a saved picture after camera and local time', () => {
	expect(snapshotFileName('porch', new Date(2026, 0, 2, 3, 4, 5))).toBe('porch 2026-01-02 03.04.05.jpg');
});

it('tells the facts that are known', () => {
	const size = { width: 1280, height: 720 };
	const facts = { codec: 'h264', ...size, bitsPerSecond: 3_140_000, viewers: 2 } as const;
	expect(factsWords(facts, 'H.264 · MSE')).toBe('1280 × 720 · H.264 · MSE · 3.1 Mbit/s · 2 watching');
	expect(factsWords({ ...facts, width: 0, bitsPerSecond: 0, codec: 'jpeg' }, '')).toBe('JPEG · 2 watching');
});
