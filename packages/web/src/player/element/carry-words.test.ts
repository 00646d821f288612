import { expect, it } from 'vitest';
import { carryWords } from './carry-words.ts';

it.each([
	[1_300_000, 2_000_000, 'fewer', 'Your connection carries about 1.3 of 2 Mbit/s; showing fewer pictures'],
	[340_000, 2_900_000, 'key-frames', 'Your connection carries about 0.3 of 2.9 Mbit/s; showing only key frames'],
	[9_600_000, 12_400_000, 'fewer', 'Your connection carries about 9.6 of 12 Mbit/s; showing fewer pictures'],
	[120_000, 400_000, 'fewer', 'Your connection carries about 120 of 400 kbit/s; showing fewer pictures'],
	[2_500_000, 2_000_000, 'fewer', 'Your connection or this device does not keep up; showing fewer pictures'],
] as const)('%d of %d bits a second, %s', (bitsPerSecond, neededBitsPerSecond, offers, words) => {
	expect(carryWords({ bitsPerSecond, neededBitsPerSecond, offers })).toBe(words);
});
