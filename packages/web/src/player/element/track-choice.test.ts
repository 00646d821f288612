import { micros } from '@oriel/base';
import { expect, it } from 'vitest';
import { PREVIEW_BELOW_PX, TrackChoice, type TrackInputs } from './track-choice.ts';

function choosing(given: Partial<TrackInputs> = {}) {
	const choice = new TrackChoice();
	let now = 0;
	let inputs = { hasPreview: true, width: 1000, isOverloaded: false, leftOut: 0, ...given };
	/** Seconds pass, with a look every half second; what was chosen, each change once. */
	const pass = (seconds: number, more: Partial<TrackInputs> = {}) => {
		inputs = { ...inputs, ...more };
		const chosen: string[] = [];
		for (let half = 0; half < 2 * seconds; half++) {
			now += micros(500);
			const track = choice.next({ ...inputs, now });
			if (chosen.at(-1) !== track) chosen.push(track);
		}
		return chosen;
	};
	return { choice, pass };
}

it('shows the preview in small players, and the video in large ones and where there is no preview', () => {
	const { choice, pass } = choosing();
	expect(pass(1, { width: 0 })).toEqual(['video']);
	expect(pass(1, { width: PREVIEW_BELOW_PX })).toEqual(['video']);
	expect(pass(1, { width: PREVIEW_BELOW_PX - 1 })).toEqual(['preview']);
	expect(choice.isFallback).toBe(false);
	expect(pass(1, { hasPreview: false })).toEqual(['video']);
});

it('falls back where the video has been too much for four seconds, and says so', () => {
	const { choice, pass } = choosing();
	expect(pass(3.5, { isOverloaded: true })).toEqual(['video']);
	expect(pass(1, { isOverloaded: false })).toEqual(['video']);
	expect(pass(5, { isOverloaded: true })).toEqual(['video', 'preview']);
	expect(choice.isFallback).toBe(true);
});

it('tries the video again after 20 s, then after twice as long each time, at most five minutes', () => {
	const { pass } = choosing({ isOverloaded: true });
	const waits: number[] = [];
	for (let time = 0; time < 7; time++) {
		while (!pass(0.5).includes('preview')) {}
		let seconds = 0.5;
		while (!pass(0.5).includes('video')) seconds += 0.5;
		waits.push(seconds);
	}
	expect(waits).toEqual([20, 40, 80, 160, 300, 300, 300]);
});

it('that has held the video for half a minute begins with a short wait again', () => {
	const { choice, pass } = choosing();
	pass(5, { isOverloaded: true });
	expect(pass(25, { isOverloaded: false })).toEqual(['preview', 'video']);
	pass(40);
	pass(5, { isOverloaded: true });
	expect(choice.isFallback).toBe(true);
	expect(pass(25, { isOverloaded: false })).toEqual(['preview', 'video']);
});

it('forgets what was too much once the size decides', () => {
	const { choice, pass } = choosing();
	pass(5, { isOverloaded: true });
	pass(1, { width: 200 });
	expect(choice.isFallback).toBe(false);
	expect(pass(1, { width: 1000, isOverloaded: false })).toEqual(['video']);
});

it('shows few frames of a small player without a preview where the device leaves out most, and says so', () => {
	const { choice, pass } = choosing({ hasPreview: false, width: 300 });
	expect(pass(10, { isOverloaded: true, leftOut: 0.7 })).toEqual(['video']);
	expect(pass(6, { leftOut: 0.8 })).toEqual(['video', 'thin']);
	expect(choice.isFallback).toBe(true);
	expect(pass(21, { leftOut: 0 })).toEqual(['thin', 'video']);
	pass(6, { leftOut: 0.9 });
	expect(pass(1, { width: 1000 })).toEqual(['video']);
});
