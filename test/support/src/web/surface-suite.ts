import { describe, expect, it } from 'vitest';
import { FakeBitmap } from './fake-canvas.ts';
import { FakeFrame } from './fake-decoder.ts';
import type { FakePlayerSurface } from './surfaces.ts';

/** What every surface does, wherever it draws. */
export function describeSurface(name: string, make: () => FakePlayerSurface): void {
	const start = () => {
		const made = make();
		const done: (readonly [number, boolean])[] = [];
		const frame = (number: number) => {
			const made = new FakeFrame(number);
			return [made, made as unknown as VideoFrame] as const;
		};
		const draw = (picture: VideoFrame | Uint8Array, number: number) =>
			made.surface.draw(picture, (isDrawn) => void done.push([number, isDrawn]));
		return {
			...made,
			settle: () => made.settle(),
			numbers: () => made.pictures.map(numberOf),
			made,
			done,
			frame,
			draw,
		};
	};

	describe(`${name}, as on any surface`, () => {
		it('frames are drawn in their order, each before it calls back, and stay open', async () => {
			const { settle, numbers, done, frame, made } = start();
			const frames = [];
			for (const number of [1, 2, 3]) {
				const [own, picture] = frame(number);
				frames.push(own);
				made.surface.draw(picture, (isDrawn) => {
					expect(numbers()).toContain(number);
					done.push([number, isDrawn]);
				});
				await settle();
			}
			expect(numbers()).toEqual([1, 2, 3]);
			expect(done).toEqual([1, 2, 3].map((number) => [number, true]));
			expect(made.drawn).toBe(3);
			expect(frames.map(({ closed }) => closed)).toEqual([0, 0, 0]);
			expect([made.canvas, ...made.given].filter(({ drawn }) => drawn.length > 0)).toSatisfy((used) =>
				used.every(({ width, height }: { width: number; height: number }) => width === 64 && height === 48),
			);
		});

		it('JPEGs are decoded and drawn, and their bytes stay with the caller', async () => {
			const { settle, numbers, done, draw, made } = start();
			const all = Uint8Array.of(9, 7, 8);
			for (const number of [7, 8]) {
				const jpeg = all.subarray(number - 6, number - 5);
				draw(jpeg, number);
				await settle();
				expect(jpeg).toHaveLength(1);
			}
			expect(numbers()).toEqual([7, 8]);
			expect(done).toEqual([
				[7, true],
				[8, true],
			]);
			expect(made.pictures.map((bitmap) => (bitmap as FakeBitmap).closed)).toEqual([1, 1]);
		});

		it('what cannot be read is said to be so, and the next is drawn', async () => {
			const { settle, numbers, done, draw } = start();
			for (const number of [0, 5]) {
				draw(Uint8Array.of(number), number);
				await settle();
			}
			expect(numbers()).toEqual([5]);
			expect(done).toEqual([
				[0, false],
				[5, true],
			]);
		});

		it('what is cancelled is not drawn later and does not call back', async () => {
			const { settle, numbers, done, draw, made } = start();
			draw(Uint8Array.of(1), 1);
			made.surface.cancel();
			await settle();
			draw(Uint8Array.of(2), 2);
			made.surface.cancel();
			draw(Uint8Array.of(3), 3);
			await settle();
			expect(numbers()).toEqual([3]);
			expect(done).toEqual([[3, true]]);
			expect(made.drawn).toBe(1);
		});
	});
}

function numberOf(picture: unknown): number {
	return picture instanceof FakeBitmap ? picture.byte : (picture as FakeFrame).timestamp;
}
