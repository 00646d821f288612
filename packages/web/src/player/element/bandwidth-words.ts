import type { BandwidthReport } from '@oriel/protocol';
import type { Load } from '../connection/device-load.ts';

/** A connection that seems to carry nearly all and yet is behind: then it is not the connection, or not it alone. */
const NEARLY_ALL = 0.95;

/** A device that shows all pictures late, and nothing is left out for it, is not worth a word. */
const LEFT_OUT = 0.2;

/**
 * Whether it is this device for which pictures are left out. One that is late itself makes the relay see late
 * acknowledgements, so what that says of the connection then counts for nothing; else the one counts that leaves out more.
 */
export function isTheDevice({ leftOut, isLate }: Load, carries: BandwidthReport | undefined): boolean {
	if (isLate) return carries !== undefined || leftOut > LEFT_OUT;
	return leftOut >= (carries ? 1 - carries.bitsPerSecond / carries.neededBitsPerSecond : 0);
}

/** What is said where pictures arrive and are not shown, or late. */
export const DEVICE_WORDS = 'This device is too busy to show every picture';

/** What is said while a preview stands for a video that is too much. */
export const FALLBACK_WORDS = 'Showing a smaller picture: the full one does not get through in time';

/** "Your connection carries about 1.3 of 2 Mbit/s; showing fewer pictures". */
export function bandwidthWords({ bitsPerSecond, neededBitsPerSecond, offers }: BandwidthReport): string {
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
