import type { Millis } from '@oriel/base';
import type { PlaybackMethod } from '../picture/choose.ts';

/** "24 fps", "0.2 fps". */
export function rateWords(framesPerSecond: number): string {
	const digits = framesPerSecond < 4.95 ? 1 : 0;
	return `${framesPerSecond.toFixed(digits)} fps`;
}

/** "187 ms", "3.4 s", "12 min". */
export function ageWords(ageMs: Millis): string {
	if (ageMs < 1_000) return `${Math.round(ageMs)} ms`;
	if (ageMs < 100_000) return `${(ageMs / 1_000).toFixed(ageMs < 9_950 ? 1 : 0)} s`;
	return `${Math.round(ageMs / 60_000)} min`;
}

/** Rate and age in one line, as far as they are known. */
export function figures(framesPerSecond: number, ageMs: Millis | undefined): string {
	const rate = framesPerSecond > 0 ? [rateWords(framesPerSecond)] : [];
	return [...rate, ...(ageMs === undefined ? [] : [ageWords(ageMs)])].join(' · ');
}

/** How pictures are shown, for people: "H.264 · WebCodecs", "JPEG". */
export function methodWords(method: PlaybackMethod): string {
	return { webcodecs: 'H.264 · WebCodecs', mse: 'H.264 · MSE', jpeg: 'JPEG' }[method];
}
