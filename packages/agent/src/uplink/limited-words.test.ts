import { expect, it } from 'vitest';
import { limitedWords } from './limited-words.ts';

it('says what the uplink carries, and what is made of it', () => {
	const decision = { why: 'too-little', limit: 935_000, carried: 1_100_000, full: 2_000_000 } as const;
	expect(limitedWords(decision)).toBe(
		'The camera’s uplink carries about 1.1 Mbit/s: pictures are sent at 0.94 instead of 2.0 Mbit/s.',
	);
	expect(limitedWords({ ...decision, why: 'try' })).toBe(
		'The camera’s uplink was too slow: pictures are sent at 0.94 instead of 2.0 Mbit/s, and at more as it carries more.',
	);
	expect(limitedWords({ ...decision, limit: undefined })).toBeUndefined();
});
