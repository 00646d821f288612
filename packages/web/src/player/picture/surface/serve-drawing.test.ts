import { FakeCanvas, fakeDecode } from '@oriel/testing/web/fake-canvas';
import { FakeFrame } from '@oriel/testing/web/fake-decoder';
import { expect, it } from 'vitest';
import type { FromDrawWorker } from './draw-messages.ts';
import { serveDrawing } from './serve-drawing.ts';

it('lets go of a canvas, and closes the frames that still come for it', () => {
	const sent: FromDrawWorker[] = [];
	const take = serveDrawing({ decode: fakeDecode, send: (message) => void sent.push(message) });
	const canvas = new FakeCanvas();
	const frames = [new FakeFrame(1), new FakeFrame(2)];
	const draw = (turn: number) => take({ type: 'draw', tile: 7, turn, picture: frames[turn] as unknown as VideoFrame });
	take({ type: 'open', tile: 7, canvas: canvas as unknown as OffscreenCanvas });
	draw(0);
	take({ type: 'close', tile: 7 });
	draw(1);
	expect(canvas.drawn).toEqual([frames[0]]);
	expect(frames.map(({ closed }) => closed)).toEqual([1, 1]);
	expect(sent).toEqual([{ type: 'ready' }, { type: 'done', tile: 7, turn: 0, isDrawn: true }]);
});
