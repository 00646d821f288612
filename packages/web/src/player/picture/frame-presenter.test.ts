import { FakeClock } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { FakeFrame, FakeScreen } from '@oriel/testing/web/fake-decoder';
import { expect, it } from 'vitest';
import { FramePresenter } from './frame-presenter.ts';

function showing() {
	const clock = new FakeClock();
	const screen = new FakeScreen();
	const drawn: number[] = [];
	const acks: [number, number | undefined][] = [];
	const frames: FakeFrame[] = [];
	const presenter = new FramePresenter<FakeFrame>({
		clock,
		atRefresh: screen.atRefresh,
		draw: (frame) => drawn.push(frame.timestamp),
		onShown: () => {},
	});
	const put = (sequence: number, { ageMs = 10, newer = 0 } = {}) => {
		const settle = (age: number | undefined) => void acks.push([sequence, age]);
		const frame = new FakeFrame(sequence);
		frames.push(frame);
		const picture = aFrame({ sequence, ageMs: () => ageMs, settle });
		presenter.put({ frame, picture, settles: picture }, newer);
	};
	return { clock, screen, drawn, acks, frames, presenter, put };
}

it('draws the first frame at once and one a refresh from there on, the newest', () => {
	const { screen, drawn, acks, frames, put } = showing();
	for (const sequence of [1, 2, 3]) put(sequence);
	expect(drawn).toEqual([1]);
	screen.refresh();
	expect(drawn).toEqual([1, 3]);
	expect(acks).toEqual([
		[1, 10],
		[2, undefined],
		[3, 10],
	]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1, 1]);
});

it('settles the past without drawing it', () => {
	const { drawn, acks, presenter, put } = showing();
	presenter.catchUp();
	put(1, { ageMs: 900, newer: 1 });
	expect([drawn, acks]).toEqual([[], [[1, undefined]]]);
	put(2);
	expect(drawn).toEqual([2]);
});

it('lets go of everything when it is cleared', () => {
	const { clock, screen, drawn, frames, presenter, put } = showing();
	put(1);
	put(2);
	presenter.clear();
	screen.refresh();
	clock.advance(1_000);
	expect(drawn).toEqual([1]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1]);
	expect(clock.pending).toBe(0);
});
