import { FakeClock } from '@oriel/testing/fake-clock';
import { FakeCanvas } from '@oriel/testing/web/fake-canvas';
import { FakeFrame } from '@oriel/testing/web/fake-decoder';
import { FakeDrawWorker } from '@oriel/testing/web/fake-draw-worker';
import { describeSurface } from '@oriel/testing/web/surface-suite';
import { FakePlayerSurface, inWorker, SURFACES } from '@oriel/testing/web/surfaces';
import { expect, it } from 'vitest';
import { DrawThread } from './draw-thread.ts';

for (const [where, make] of Object.entries(SURFACES)) describeSurface(where, make);

/** Draws a frame, and notes its number in `done` when it is drawn. */
function drawing(made: FakePlayerSurface) {
	const done: number[] = [];
	const draw = (number: number) => {
		const frame = new FakeFrame(number);
		made.surface.draw(frame as unknown as VideoFrame, (isDrawn) => void (isDrawn && done.push(number)));
	};
	return { done, draw };
}

it('draws on the page until the worker is ready, and from then on in the worker', async () => {
	const made = new FakePlayerSurface();
	const { done, draw } = drawing(made);
	draw(1);
	expect([done, made.canvas.drawn.length, made.given.length]).toEqual([[1], 1, 0]);
	made.worker.begin();
	draw(2);
	expect(done).toEqual([1]);
	await made.settle();
	expect([done, made.canvas.drawn.length, made.given[0]?.drawn.length]).toEqual([[1, 2], 1, 1]);
});

it('draws the first pictures on the page, and again after it was released', async () => {
	const made = new FakePlayerSurface({ firstOnPage: 2 });
	made.worker.begin();
	const { done, draw } = drawing(made);
	for (const number of [1, 2, 3]) {
		draw(number);
		await made.settle();
	}
	expect([done, made.canvas.drawn.length, made.given.length]).toEqual([[1, 2, 3], 2, 1]);
	made.surface.release();
	draw(4);
	expect([done.at(-1), made.canvas.drawn.length, made.given.length]).toEqual([4, 3, 1]);
});

it('goes on on the page with the picture that was under way when the worker fails, and stays there', async () => {
	const made = inWorker();
	const { done, draw } = drawing(made);
	draw(1);
	await made.settle();
	draw(2);
	made.worker.fail();
	expect([done, made.canvas.drawn.length, made.removed]).toEqual([[1, 2], 1, 1]);
	draw(3);
	expect([done, made.canvas.drawn.length, made.given.length]).toEqual([[1, 2, 3], 2, 1]);
	expect(made.worker.isTerminated).toBe(true);
	expect(made.clock.pending).toBe(0);
});

it('gives up a worker that answers nothing from one look to the next, and no other', async () => {
	const made = inWorker();
	const { done, draw } = drawing(made);
	for (let number = 0; number < 5; number++) {
		draw(number);
		made.clock.advance(1_500);
		await made.settle();
	}
	expect(made.worker.isTerminated).toBe(false);
	made.worker.isStuck = true;
	draw(5);
	made.clock.advance(1_500);
	expect(done).toEqual([0, 1, 2, 3, 4]);
	made.clock.advance(1_500);
	expect(done).toEqual([0, 1, 2, 3, 4, 5]);
	expect(made.worker.isTerminated).toBe(true);
	expect(made.canvas.drawn).toHaveLength(1);
});

it('does not take the answer to what was cancelled for one to the next', async () => {
	const made = inWorker();
	const { done, draw } = drawing(made);
	draw(1);
	made.worker.work();
	made.surface.cancel();
	draw(2);
	made.worker.isStuck = true;
	made.worker.deliver();
	expect(done).toEqual([]);
	made.worker.isStuck = false;
	await made.settle();
	expect(done).toEqual([2]);
});

it('leaves an idle worker alone', async () => {
	const made = inWorker();
	const { draw } = drawing(made);
	draw(1);
	await made.settle();
	made.clock.advance(60_000);
	expect(made.worker.isTerminated).toBe(false);
});

it.each([
	['none can be started', () => undefined],
	[
		'starting one throws',
		() => {
			throw new Error('refused');
		},
	],
])('draws on the page where %s', (_where, start: () => FakeDrawWorker | undefined) => {
	const made = new FakePlayerSurface({ start });
	const { done, draw } = drawing(made);
	draw(1);
	expect([done, made.canvas.drawn.length, made.given.length]).toEqual([[1], 1, 0]);
});

it('draws on the page where the worker does not load', async () => {
	const made = new FakePlayerSurface();
	const { done, draw } = drawing(made);
	draw(1);
	made.worker.fail();
	draw(2);
	expect([done, made.given.length]).toEqual([[1, 2], 0]);
});

it('lets go of its canvas and goes on with another one', async () => {
	const made = inWorker();
	const { done, draw } = drawing(made);
	draw(1);
	await made.settle();
	draw(2);
	made.surface.release();
	await made.settle();
	expect([done, made.removed]).toEqual([[1], 1]);
	expect(made.worker.taken).toEqual(['open', 'draw', 'draw', 'cancel', 'close']);
	expect(made.clock.pending).toBe(0);
	draw(3);
	await made.settle();
	expect([done, made.given.length]).toEqual([[1, 3], 2]);
});

it('leaves no frame open and no canvas with the worker, over 1000 players', async () => {
	const clock = new FakeClock();
	const worker = new FakeDrawWorker();
	const thread = new DrawThread({ clock, start: () => worker });
	worker.begin();
	for (let player = 0; player < 1_000; player++) {
		const surface = thread.open(new FakeCanvas() as unknown as OffscreenCanvas, () => {});
		surface.draw(new FakeFrame(player) as unknown as VideoFrame, () => {});
		if (player % 3 > 0) surface.cancel();
		if (player % 3 > 1) worker.deliver();
		surface.close();
	}
	worker.deliver();
	expect(worker.frames).toHaveLength(1_000);
	expect(worker.frames.filter(({ closed }) => closed !== 1)).toEqual([]);
	expect(worker.taken.filter((type) => type === 'open')).toHaveLength(1_000);
	expect(worker.taken.filter((type) => type === 'close')).toHaveLength(1_000);
	expect(clock.pending).toBe(0);
});
