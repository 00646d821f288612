import { describe, expect, it } from 'vitest';
import { Rate } from './rate.ts';

describe('Rate', () => {
	it('is what came in the last two seconds', () => {
		const rate = new Rate();
		for (let at = 0; at <= 10_000_000; at += 100_000) rate.add(at, 1000);
		expect(rate.framesPerSecond(10_000_000)).toBe(10);
		expect(rate.bitsPerSecond(10_000_000)).toBe(80_000);
		expect(rate.framesPerSecond(11_000_000)).toBe(5);
		expect([rate.framesPerSecond(12_000_000), rate.bitsPerSecond(12_000_000)]).toEqual([0, 0]);
	});
});
