import { describe, expect, it } from 'vitest';
import { BandwidthReporter } from './bandwidth-reporter.ts';
import type { Carries } from './feed.ts';

const BEHIND: Carries = { bitsPerSecond: 1.3e6, neededBitsPerSecond: 2e6, isBehind: true, isKeysOnly: false };
const WELL: Carries = { ...BEHIND, bitsPerSecond: 3e6, isBehind: false };
const FEWER = { bitsPerSecond: 1.3e6, neededBitsPerSecond: 2e6, offers: 'fewer' };

/** What is told, by second, when the feed fares like this, second by second. */
function told(seconds: readonly (Carries | undefined)[]) {
	const report = new BandwidthReporter();
	return seconds.flatMap((carries, second) => {
		const carry = report.next(carries, second * 1e6);
		return carry ? [[second, carry] as const] : [];
	});
}

describe('BandwidthReporter', () => {
	it('tells a viewer who stays behind every two seconds, and once when that is over', () => {
		const seconds = [WELL, BEHIND, BEHIND, BEHIND, BEHIND, BEHIND, BEHIND, BEHIND, WELL, WELL, WELL, WELL, WELL];
		expect(told(seconds).map(([second, { offers }]) => [second, offers])).toEqual([
			[3, 'fewer'],
			[5, 'fewer'],
			[7, 'fewer'],
			[10, 'all'],
		]);
	});

	it('says nothing of a moment, neither of trouble nor of relief', () => {
		expect(told([WELL, BEHIND, BEHIND, WELL, WELL, WELL])).toEqual([]);
		const seconds = [BEHIND, BEHIND, BEHIND, WELL, WELL, BEHIND, BEHIND, WELL, BEHIND];
		expect(told(seconds).map(([second, { offers }]) => [second, offers])).toEqual([
			[2, 'fewer'],
			[5, 'fewer'],
			[8, 'fewer'],
		]);
	});

	it('averages what the connection carries: an estimate that swings makes no number that does', () => {
		const swinging = Array.from({ length: 30 }, (_, second) => ({ ...BEHIND, bitsPerSecond: second % 2 ? 1e6 : 2e6 }));
		const rates = told(swinging).map(([, { bitsPerSecond }]) => bitsPerSecond);
		expect(rates).toHaveLength(14);
		for (const rate of rates.slice(3)) expect(Math.abs(rate - 1.5e6)).toBeLessThan(0.15e6);
	});

	it('tells of key frames alone, in whole numbers', () => {
		const keys = { ...BEHIND, bitsPerSecond: 0.4e6 + 0.3, isKeysOnly: true };
		expect(told([keys, keys, keys])).toEqual([
			[2, { bitsPerSecond: 400_000, neededBitsPerSecond: 2e6, offers: 'key-frames' }],
		]);
	});

	it('takes it back at once when no pictures are to come, and is silent while nothing is known', () => {
		expect(told([undefined, undefined, undefined])).toEqual([]);
		expect(told([BEHIND, BEHIND, BEHIND, undefined, undefined])).toEqual([
			[2, FEWER],
			[3, { bitsPerSecond: 0, neededBitsPerSecond: 0, offers: 'all' }],
		]);
	});
});
