import { concat } from '@oriel/base';

/** Gives a number below another. */
export type Random = (below: number) => number;

/** mulberry32: the same numbers for the same seed, everywhere. */
export function randomFrom(seed: number): Random {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	};
}

/** Some of `good` in a row, changed so that they begin well and go wrong somewhere. */
export function mutated(random: Random, good: readonly Uint8Array[]): Uint8Array {
	const bytes = concat(Array.from({ length: 1 + random(4) }, () => good[random(good.length)] ?? Uint8Array.of()));
	for (let change = random(5); change > 0; change--) bytes[random(bytes.length)] = random(256);
	const kinds = [bytes, bytes.subarray(random(bytes.length)), concat([bytes, noise(random, 300)]), noise(random, 2000)];
	return kinds[random(kinds.length)] ?? bytes;
}

function noise(random: Random, longest: number): Uint8Array {
	return Uint8Array.from({ length: random(longest) }, () => random(256));
}
