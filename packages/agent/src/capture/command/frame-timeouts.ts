import type { Millis } from '@oriel/base';

const FIRST_FRAME_MS: Millis = 12_000;
/** On a Pi Zero, programs start slowly. */
const FIRST_FRAME_SLOW_MS: Millis = 25_000;
const MIN_STALL_MS: Millis = 3000;
const STALL_INTERVALS = 10;

/** How long a program may take to its first picture, and from one to the next. */
export function frameTimeouts(
	fps: number,
	slow: boolean,
): { readonly firstPictureMs: Millis; readonly stallMs: Millis } {
	return {
		firstPictureMs: slow ? FIRST_FRAME_SLOW_MS : FIRST_FRAME_MS,
		stallMs: Math.max(MIN_STALL_MS, Math.ceil((STALL_INTERVALS * 1000) / fps)),
	};
}
