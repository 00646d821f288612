import { CanvasSurface } from '../../../../packages/web/src/player/picture/surface/canvas-surface.ts';
import { DrawThread } from '../../../../packages/web/src/player/picture/surface/draw-thread.ts';
import { PlayerSurface } from '../../../../packages/web/src/player/picture/surface/player-surface.ts';
import { FakeClock, turn } from '../fake-clock.ts';
import { FakeCanvas, fakeDecode } from './fake-canvas.ts';
import { FakeDrawWorker } from './fake-draw-worker.ts';

/** A player's surface with a page and a worker around it. */
export class FakePlayerSurface {
	readonly clock: FakeClock;
	readonly worker = new FakeDrawWorker();
	readonly thread: DrawThread;
	readonly surface: PlayerSurface;
	/** The page's own. */
	readonly canvas = new FakeCanvas();
	/** Those that were given to the worker. */
	readonly given: FakeCanvas[] = [];
	/** Those of them that were taken away again. */
	removed = 0;
	/** Pictures that came to a canvas. */
	drawn = 0;

	constructor({
		clock = new FakeClock(),
		firstOnPage = 0,
		start = () => this.worker as FakeDrawWorker | undefined,
	} = {}) {
		this.clock = clock;
		this.thread = new DrawThread({ clock, start });
		this.surface = new PlayerSurface({
			page: new CanvasSurface({ canvas: this.canvas, decode: fakeDecode }),
			thread: () => this.thread,
			firstOnPage,
			addCanvas: () => {
				const canvas = new FakeCanvas();
				this.given.push(canvas);
				return canvas as unknown as OffscreenCanvas;
			},
			removeCanvas: () => this.removed++,
			onDrawn: () => this.drawn++,
		});
	}

	/** What was drawn, on whatever canvas, in this order. */
	get pictures(): unknown[] {
		const onGiven = this.given.flatMap(({ drawn }) => drawn);
		return [...onGiven, ...this.canvas.drawn];
	}

	/** Lets the page and the worker finish what they have begun. */
	async settle(): Promise<void> {
		for (let round = 0; round < 8; round++) {
			this.worker.deliver();
			await turn();
		}
	}
}

/** A player's surface wherever pictures can be drawn. */
export const SURFACES: Readonly<Record<string, () => FakePlayerSurface>> = {
	'on the page': () => new FakePlayerSurface({ start: () => undefined }),
	'in a worker': inWorker,
	'in a worker that fails with the second picture': () => {
		const made = inWorker();
		made.worker.failsAt = 2;
		return made;
	},
};

/** With a worker that is ready. */
export function inWorker(): FakePlayerSurface {
	const made = new FakePlayerSurface();
	made.worker.begin();
	return made;
}
