import { describe, expect, it } from 'vitest';
import { agoWords, clockWords, dateWords, inWords } from './time-words.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const at = (offsetMs: number) => new Date(NOW + offsetMs).toISOString();

describe('moments in words', () => {
	it.each([
		[-5_000, 'just now'],
		[5_000, 'just now'],
		[-60_000, '1 min ago'],
		[-59 * 60_000, '59 min ago'],
		[-47 * 3_600_000, '47 h ago'],
		[-48 * 3_600_000, '2 days ago'],
	])('tells the past %i ms', (offset, words) => {
		expect(agoWords(at(offset), NOW)).toBe(words);
	});

	it.each([
		[30_000, 'in less than a minute'],
		[24 * 3_600_000, 'in 24 h'],
		[7 * 86_400_000, 'in 7 days'],
		[0, 'now'],
	])('tells what comes in %i ms', (offset, words) => {
		expect(inWords(at(offset), NOW)).toBe(words);
	});

	it('says nothing of what is no moment', () => {
		expect(agoWords('soon', NOW)).toBe('');
		expect(dateWords('', 'en')).toBe('');
	});

	it('counts down as a clock does', () => {
		expect([600, 545, 59, 0].map(clockWords)).toEqual(['10:00', '9:05', '0:59', '0:00']);
	});
});
