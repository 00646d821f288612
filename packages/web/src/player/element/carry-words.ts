import type { Carry } from '@oriel/wire';

/** A connection that seems to carry nearly all and yet is behind: then it is not the connection, or not it alone. */
const NEARLY_ALL = 0.95;

/** "Your connection carries about 1.3 of 2 Mbit/s; showing fewer pictures". */
export function carryWords({ bitsPerSecond, neededBitsPerSecond, offers }: Carry): string {
	const shown = offers === 'key-frames' ? 'only key frames' : 'fewer pictures';
	if (bitsPerSecond >= NEARLY_ALL * neededBitsPerSecond) {
		return `Your connection or this device does not keep up; showing ${shown}`;
	}
	const unit = neededBitsPerSecond < 950_000 ? ([1000, 'kbit/s'] as const) : ([1_000_000, 'Mbit/s'] as const);
	const [carried, needed] = [bitsPerSecond, neededBitsPerSecond].map((rate) => digits(rate / unit[0]));
	return `Your connection carries about ${carried} of ${needed} ${unit[1]}; showing ${shown}`;
}

/** "1.3", "2", "0.4", "12". */
function digits(value: number): string {
	return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}
