import { GROUP_SECONDS } from './fixture.mjs';

/** What a sender did on a slow hop. Ages in milliseconds. @typedef {{p50: number, p95: number, p99: number, fps: number, used: number}} Figures */

const FULL_FPS = 23.5;

/** 25 KB JPEGs, 24 a second: 4.8 Mbit/s. */
export const JPEG_CASES = ['viewer', 'uplink'].flatMap((hop) =>
	[20, 200].flatMap((roundTripMs) => [1, 2, 4].map((megabits) => ({ hop, codec: 'jpeg', megabits, roundTripMs }))),
);

/** 3 Mbit/s. */
export const H264_CASES = ['viewer', 'uplink'].flatMap((hop) => [
	{ hop, codec: 'h264', megabits: 2, roundTripMs: 20 },
	{ hop, codec: 'h264', megabits: 4, roundTripMs: 200 },
]);

export const STEP_CASES = ['viewer', 'uplink'].flatMap((hop) => [
	{ hop, codec: 'jpeg', roundTripMs: 20 },
	{ hop, codec: 'h264', roundTripMs: 20 },
]);

/** The targets of a case, with what was seen. @param {Figures} figures @returns {import('../report/numbers.mjs').Target[]} */
export function targetsOf({ hop, codec, megabits, roundTripMs }, figures) {
	const where = `${hop}, ${codec} on ${megabits} Mbit/s, ${roundTripMs} ms`;
	const age = (name, limit) => ({
		text: `${where}: age ${name} <= ${limit} ms`,
		seen: `${figures[name].toFixed(0)} ms`,
		met: figures[name] <= limit,
	});
	if (codec === 'jpeg' && megabits === 2 && roundTripMs === 20) {
		const used = { text: `${where}: >= 85 % of the link used`, seen: percent(figures.used), met: figures.used >= 0.85 };
		return [age('p50', 200), age('p99', 450), used];
	}
	if (codec === 'h264' && megabits === 2) return [age('p99', GROUP_SECONDS * 1000 + 400)];
	if (codec !== 'h264') return [];
	const rate = {
		text: `${where}: full rate`,
		seen: `${figures.fps.toFixed(1)} a second`,
		met: figures.fps >= FULL_FPS,
	};
	return [rate, age('p95', roundTripMs / 2 + 100)];
}

export function percent(share) {
	return `${(share * 100).toFixed(0)} %`;
}
