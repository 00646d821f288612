import { expect, it } from 'vitest';
import { valueWords } from './value-words.ts';

it.each([
	[12, '12'],
	[-64, '-64'],
	[0.1 + 0.2, '0.3'],
	[2_000_000, '2\u202f000\u202f000'],
	[-1234.5, '-1\u202f234.5'],
])('%d is read as %s', (value, words) => {
	expect(valueWords(value)).toBe(words);
});
