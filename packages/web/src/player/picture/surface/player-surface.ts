import type { DrawThread } from './draw-thread.ts';
import type { Drawable, OnDone, Surface } from './surface.ts';
import type { WorkerSurface } from './worker-surface.ts';

export interface PlayerSurfaceParts {
	/** The page's own canvas. */
	readonly page: Surface<Drawable>;
	readonly thread: () => DrawThread;
	/** So many pictures are drawn on the page at first: on a busy machine the first one of a worker takes longer. */
	readonly firstOnPage: number;
	/** Lays a canvas for the worker over that of the page, unseen. */
	readonly addCanvas: () => OffscreenCanvas;
	/** Takes it away again; its last picture stays. */
	readonly removeCanvas: () => void;
	/** A picture has come to the canvas that is used. */
	readonly onDrawn: () => void;
}

interface Job {
	readonly picture: Drawable;
	readonly onDone: OnDone;
}

/**
 * Draws in the worker of the page as soon as that is ready, and on the page until then. If the worker fails the page goes
 * on, with the picture that was under way.
 */
export class PlayerSurface implements Surface<Drawable> {
	readonly #parts: PlayerSurfaceParts;
	#inWorker: WorkerSurface | undefined;
	#drawnOnPage = 0;
	/** Under way. */
	#job: Job | undefined;

	constructor(parts: PlayerSurfaceParts) {
		this.#parts = parts;
	}

	draw(picture: Drawable, onDone: OnDone): void {
		const job = { picture, onDone };
		this.#job = job;
		this.#inWorker ??= this.#openInWorker();
		if (!this.#inWorker) this.#drawnOnPage++;
		this.#begin(job, this.#inWorker ?? this.#parts.page);
	}

	cancel(): void {
		this.#job = undefined;
		this.#parts.page.cancel();
		this.#inWorker?.cancel();
	}

	/** Draws nothing for the time being: the worker lets go of its canvas. */
	release(): void {
		this.cancel();
		this.#drawnOnPage = 0;
		if (!this.#inWorker) return;
		this.#parts.removeCanvas();
		this.#inWorker.close();
		this.#inWorker = undefined;
	}

	#begin(job: Job, surface: Surface<Drawable>): void {
		surface.draw(job.picture, (isDrawn) => {
			this.#job = undefined;
			if (isDrawn) this.#parts.onDrawn();
			job.onDone(isDrawn);
		});
	}

	#openInWorker(): WorkerSurface | undefined {
		const thread = this.#parts.thread();
		const mayOpen = thread.isReady && this.#drawnOnPage >= this.#parts.firstOnPage;
		return mayOpen ? thread.open(this.#parts.addCanvas(), () => this.#onGone()) : undefined;
	}

	#onGone(): void {
		this.#inWorker = undefined;
		this.#parts.removeCanvas();
		if (this.#job) this.#begin(this.#job, this.#parts.page);
	}
}
