import { expect, it } from 'vitest';
import { bandwidthWords, isTheDevice } from './bandwidth-words.ts';

it.each([
	[1_300_000, 2_000_000, 'fewer', 'Your connection carries about 1.3 of 2 Mbit/s; showing fewer pictures'],
	[340_000, 2_900_000, 'key-frames', 'Your connection carries about 0.3 of 2.9 Mbit/s; showing only key frames'],
	[9_600_000, 12_400_000, 'fewer', 'Your connection carries about 9.6 of 12 Mbit/s; showing fewer pictures'],
	[120_000, 400_000, 'fewer', 'Your connection carries about 120 of 400 kbit/s; showing fewer pictures'],
	[2_500_000, 2_000_000, 'fewer', 'Your connection or this device does not keep up; showing fewer pictures'],
] as const)('%d of %d bits a second, %s', (bitsPerSecond, neededBitsPerSecond, offers, words) => {
	expect(bandwidthWords({ bitsPerSecond, neededBitsPerSecond, offers })).toBe(words);
});

it.each([
	['a device that leaves out, on a connection that carries all', { leftOut: 0.4, isLate: false }, undefined, true],
	['one that is late and leaves out nothing', { leftOut: 0.1, isLate: true }, undefined, false],
	['one that is so late that the connection seems slow', { leftOut: 0.1, isLate: true }, 1e6, true],
	['one that leaves out more than the connection', { leftOut: 0.6, isLate: false }, 1.5e6, true],
	['one that leaves out less than the connection', { leftOut: 0.3, isLate: false }, 1e6, false],
	['one that leaves out some, on a connection that seems to carry all', { leftOut: 0.3, isLate: false }, 2.2e6, true],
] as const)('%s', (_, load, bitsPerSecond, expected) => {
	const carries = bitsPerSecond && ({ bitsPerSecond, neededBitsPerSecond: 2e6, offers: 'fewer' } as const);
	expect(isTheDevice(load, carries || undefined)).toBe(expected);
});
