import type { Cancel, Clock, Millis } from '@oriel/base';
import type { FromDrawWorker, ToDrawWorker } from './draw-messages.ts';
import { WorkerSurface } from './worker-surface.ts';

/** How often it is looked whether the worker still answers. One that is silent from one look to the next is given up. */
const LOOK_MS: Millis = 1_500;

/** What is used of a Worker. */
export interface WorkerLike {
	onmessage: ((event: { readonly data: FromDrawWorker }) => void) | null;
	onerror: ((event: { preventDefault(): void }) => void) | null;
	onmessageerror: (() => void) | null;
	postMessage(message: ToDrawWorker, transfer: Transferable[]): void;
	terminate(): void;
}

export interface DrawThreadParts {
	readonly clock: Clock;
	/** Undefined, or thrown: there can be no worker here. */
	readonly start: () => WorkerLike | undefined;
}

interface Tile {
	readonly surface: WorkerSurface;
	readonly onGone: () => void;
}

/** The page's end of the worker that draws. Once that has failed it is not started again. */
export class DrawThread {
	readonly #clock: Clock;
	readonly #tiles = new Map<number, Tile>();
	#worker: WorkerLike | undefined;
	#isReady = false;
	#opened = 0;
	#cancelLook: Cancel | undefined;
	#hasAnswered = false;
	/** Pictures were under way when it was last looked. */
	#wasBusy = false;

	constructor({ clock, start }: DrawThreadParts) {
		this.#clock = clock;
		try {
			this.#worker = start();
		} catch {
			// The page's own security policy can forbid it.
		}
		if (!this.#worker) return;
		this.#worker.onmessage = ({ data }) => this.#onMessage(data);
		this.#worker.onmessageerror = () => this.#end();
		this.#worker.onerror = (event) => {
			event.preventDefault();
			this.#end();
		};
	}

	/** Whether it can draw now. Until then, and after it has failed, the page draws. */
	get isReady(): boolean {
		return this.#isReady;
	}

	/** Lets the worker draw on a canvas. `onGone` is called if it fails. */
	open(canvas: OffscreenCanvas, onGone: () => void): WorkerSurface {
		const tile = this.#opened++;
		const surface = new WorkerSurface(tile, {
			send: (message, transfer = []) => this.#worker?.postMessage(message, transfer),
			onClose: () => this.#forget(tile),
		});
		this.#worker?.postMessage({ type: 'open', tile, canvas }, [canvas]);
		this.#tiles.set(tile, { surface, onGone });
		this.#cancelLook ??= this.#clock.every(LOOK_MS, () => this.#look());
		return surface;
	}

	#onMessage(message: FromDrawWorker): void {
		this.#hasAnswered = true;
		if (message.type === 'ready') this.#isReady = true;
		else this.#tiles.get(message.tile)?.surface.onDone(message.turn, message.isDrawn);
	}

	#forget(tile: number): void {
		this.#tiles.delete(tile);
		if (this.#tiles.size === 0) this.#stopLooking();
	}

	#look(): void {
		const isBusy = [...this.#tiles.values()].some(({ surface }) => surface.isBusy);
		const isSilent = isBusy && this.#wasBusy && !this.#hasAnswered;
		this.#wasBusy = isBusy;
		this.#hasAnswered = false;
		if (isSilent) this.#end();
	}

	#end(): void {
		this.#worker?.terminate();
		this.#worker = undefined;
		this.#isReady = false;
		const tiles = [...this.#tiles.values()];
		this.#tiles.clear();
		this.#stopLooking();
		for (const { onGone } of tiles) onGone();
	}

	#stopLooking(): void {
		this.#cancelLook?.();
		this.#cancelLook = undefined;
		this.#wasBusy = false;
	}
}
