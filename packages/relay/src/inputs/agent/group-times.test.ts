import { expect, it } from 'vitest';
import { GroupTimes } from './group-times.ts';

/** x264's order with B-frames: a frame is 40 ms, shown two frames later than captured, or earlier. */
const FRAME = 40_000;
const SHOWN = [0, 4, 2, 1, 3];
const AHEAD = 5_000_000_000;

/** Frames of one group in the order of coding, from the `first` frame time of the camera on. */
function group(first: number) {
	return SHOWN.map((place, index) => ({
		key: index === 0,
		capturedAt: AHEAD + (first + index) * FRAME,
		presentationOffset: (place - index + 2) * FRAME,
	}));
}

/** When frames are shown, in the order in which they should be. */
function shown(times: GroupTimes, first: number, mapped: (capturedAt: number, index: number) => number): number[] {
	const shownAt = group(first).map((frame, index) => {
		const now = frame.capturedAt - AHEAD + 300_000;
		return times.next(frame, mapped(frame.capturedAt, index), now) + frame.presentationOffset;
	});
	return SHOWN.map((_, place) => shownAt[SHOWN.indexOf(place)] ?? Number.NaN);
}

const rising = (times: readonly number[]) =>
	times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));
const known = (capturedAt: number) => capturedAt - AHEAD;

it('keeps the order where the clock becomes known within a group, and from that group to the next', () => {
	const times = new GroupTimes();
	const arrival = (capturedAt: number) => known(capturedAt) + 190_000;
	const first = shown(times, 0, (capturedAt, index) => (index < 2 ? arrival : known)(capturedAt));
	const second = shown(times, 5, known);
	expect(rising([...first, ...second])).toBe(true);
});

it('keeps it where all frames of a group arrive at once', () => {
	expect(rising(shown(new GroupTimes(), 0, (_, index) => 300_000 + index))).toBe(true);
});

it('comes back to the real times, group by group', () => {
	const times = new GroupTimes();
	shown(times, 0, (capturedAt) => known(capturedAt) + 190_000);
	for (let first = 5; first < 50; first += 5) shown(times, first, known);
	const [frame] = group(50);
	expect(frame && times.next(frame, known(frame.capturedAt), known(frame.capturedAt) + 300_000)).toBe(50 * FRAME);
});

it('follows a clock that has stepped at once', () => {
	const times = new GroupTimes();
	shown(times, 0, known);
	const hour = 3_600_000_000;
	const [, frame] = group(5);
	expect(frame && times.next(frame, known(frame.capturedAt) - hour, 6 * FRAME)).toBe(6 * FRAME - hour);
});
