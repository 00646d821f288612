import { micros } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { KeyRhythm } from './key-rhythm.ts';

/** Frames at a rate, every `group`-th a key frame. Returns what the owner is told a moment after the last. */
function play(frames: number, group: number, framesPerSecond: number, refreshEvery = Number.POSITIVE_INFINITY) {
	const rhythm = new KeyRhythm();
	rhythm.begin();
	let now = 0;
	for (let at = 0; at < frames; at++) {
		now = micros((at * 1000) / framesPerSecond);
		rhythm.frame(at % group === 0, at > 0 && at % refreshEvery === 0, now);
	}
	return { advice: rhythm.advice(framesPerSecond, now + 1), seconds: rhythm.rareSeconds(now + 1), rhythm };
}

describe('KeyRhythm', () => {
	it.each([
		['every two seconds', 400, 48, 24],
		['just not rare', 400, 90, 10],
		['of a slow camera, each a picture', 20, 1, 1 / 33],
		['of a slow camera with short groups', 60, 10, 1 / 10],
	])('has nothing to say of key frames %s', (_what, frames, group, rate) => {
		expect(play(frames, group, rate)).toMatchObject({ advice: undefined, seconds: undefined });
	});

	it('tells what to set where key frames come every 25 s, as x264 makes them at ten pictures a second', () => {
		const { advice, seconds } = play(260, 250, 10);
		expect(seconds).toBe(25);
		expect(advice).toContain('sends a key frame every 25 s');
		expect(advice).toContain('-g 20;');
	});

	it('tells where none has come again', () => {
		expect(play(601, 9999, 10).advice).toContain('has sent no key frame for 60 s');
		expect(play(99, 9999, 10), 'it is not known yet').toMatchObject({ advice: undefined });
	});

	it('names an encoder that refreshes bit by bit', () => {
		const { advice } = play(300, 9999, 10, 25);
		expect(advice).toContain('intra refresh');
		expect(advice).toContain('Switch intra refresh off');
	});

	it('begins again with a stream', () => {
		const { rhythm } = play(601, 9999, 10);
		rhythm.begin();
		expect(rhythm.advice(10, micros(100_000))).toBeUndefined();
	});
});
