import { FakeClock } from '@oriel/testing/fake-clock';
import { aFrame } from '@oriel/testing/web/a-frame';
import { FakeFrame, FakeScreen } from '@oriel/testing/web/fake-decoder';
import { FakeSurface } from '@oriel/testing/web/fake-surface';
import { expect, it } from 'vitest';
import { FramePresenter } from './frame-presenter.ts';

function showing({ atOnce = true } = {}) {
	const clock = new FakeClock();
	const screen = new FakeScreen();
	const surface = new FakeSurface<FakeFrame>({ atOnce });
	const shown: number[] = [];
	const acks: [number, number | undefined][] = [];
	const frames: FakeFrame[] = [];
	const presenter = new FramePresenter<FakeFrame>({
		clock,
		atRefresh: screen.atRefresh,
		surface,
		onShown: ({ sequence }) => void shown.push(sequence),
	});
	const put = (sequence: number, { ageMs = 10, newer = 0 } = {}) => {
		const settle = (age: number | undefined) => void acks.push([sequence, age]);
		const frame = new FakeFrame(sequence);
		frames.push(frame);
		const picture = aFrame({ sequence, ageMs: () => ageMs, settle });
		presenter.put({ frame, picture, settles: picture }, newer);
	};
	const drawn = () => surface.begun.map(({ timestamp }) => timestamp);
	return { clock, screen, surface, drawn, shown, acks, frames, presenter, put };
}

it('draws the first frame at once and one a refresh from there on, the newest', () => {
	const { screen, drawn, acks, frames, put } = showing();
	for (const sequence of [1, 2, 3]) put(sequence);
	expect(drawn()).toEqual([1]);
	screen.refresh();
	expect(drawn()).toEqual([1, 3]);
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
	expect([drawn(), acks]).toEqual([[], [[1, undefined]]]);
	put(2);
	expect(drawn()).toEqual([2]);
});

it('lets go of everything when it is cleared', () => {
	const { clock, screen, drawn, frames, presenter, put } = showing();
	put(1);
	put(2);
	presenter.clear();
	screen.refresh();
	clock.advance(1_000);
	expect(drawn()).toEqual([1]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1]);
	expect(clock.pending).toBe(0);
});

it('draws one at a time, and settles and counts none as shown before it is on the canvas', () => {
	const { screen, surface, drawn, shown, acks, frames, put } = showing({ atOnce: false });
	for (const sequence of [1, 2, 3]) put(sequence);
	screen.refresh();
	expect([drawn(), shown, acks]).toEqual([[1], [], [[2, undefined]]]);
	expect(frames.map(({ closed }) => closed)).toEqual([0, 1, 0]);
	surface.finish();
	expect([drawn(), shown]).toEqual([[1, 3], [1]]);
	expect(acks.at(-1)).toEqual([1, 10]);
	put(4);
	surface.finish();
	expect([drawn(), shown]).toEqual([
		[1, 3],
		[1, 3],
	]);
	screen.refresh();
	expect(drawn()).toEqual([1, 3, 4]);
});

it('shows the next when one cannot be drawn', () => {
	const { screen, surface, shown, acks, frames, put } = showing({ atOnce: false });
	put(1);
	screen.refresh();
	surface.finish(false);
	put(2);
	surface.finish();
	expect(shown).toEqual([2]);
	expect(acks).toEqual([
		[1, undefined],
		[2, 10],
	]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1]);
});

it('does not wait for what is being drawn when it is cleared', () => {
	const { clock, screen, surface, shown, acks, frames, presenter, put } = showing({ atOnce: false });
	put(1);
	put(2);
	presenter.clear();
	expect(surface.cancelled).toBe(1);
	surface.finish();
	screen.refresh();
	expect(shown).toEqual([]);
	expect(acks).toEqual([
		[1, undefined],
		[2, undefined],
	]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1]);
	expect(clock.pending).toBe(0);
	put(3);
	surface.finish();
	expect(shown).toEqual([3]);
});
