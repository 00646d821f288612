import type { ToDrawWorker } from './draw-messages.ts';
import type { Drawable, OnDone, Surface } from './surface.ts';

export interface WorkerSurfaceParts {
	readonly send: (message: ToDrawWorker, transfer?: Transferable[]) => void;
	readonly onClose: () => void;
}

/** A canvas that the worker draws on. */
export class WorkerSurface implements Surface<Drawable> {
	readonly #tile: number;
	readonly #parts: WorkerSurfaceParts;
	#turn = 0;
	#onDone: OnDone | undefined;

	constructor(tile: number, parts: WorkerSurfaceParts) {
		this.#tile = tile;
		this.#parts = parts;
	}

	/** Whether a picture is under way. */
	get isBusy(): boolean {
		return this.#onDone !== undefined;
	}

	/** The worker gets a handle of a frame, or a copy of a JPEG: the page keeps the picture, to draw it if the worker fails. */
	draw(picture: Drawable, onDone: OnDone): void {
		const [tile, turn] = [this.#tile, ++this.#turn];
		this.#onDone = onDone;
		if (picture instanceof Uint8Array) {
			const copy = picture.slice();
			this.#parts.send({ type: 'draw', tile, turn, picture: copy }, [copy.buffer]);
		} else this.#parts.send({ type: 'draw', tile, turn, picture });
	}

	cancel(): void {
		if (!this.#onDone) return;
		this.#onDone = undefined;
		this.#parts.send({ type: 'cancel', tile: this.#tile });
	}

	/** The worker lets go of the canvas. */
	close(): void {
		this.#onDone = undefined;
		this.#parts.send({ type: 'close', tile: this.#tile });
		this.#parts.onClose();
	}

	/** The worker is done with the picture of a turn. */
	onDone(turn: number, isDrawn: boolean): void {
		const onDone = turn === this.#turn ? this.#onDone : undefined;
		if (!onDone) return;
		this.#onDone = undefined;
		onDone(isDrawn);
	}
}
