import { systemClock } from '@oriel/base';
import { DrawThread, type WorkerLike } from './draw-thread.ts';

let thread: DrawThread | undefined;

/** The worker that draws for all players of this page, started at the first call. */
export function sharedDrawThread(): DrawThread {
	thread ??= new DrawThread({ clock: systemClock, start: startDrawWorker });
	return thread;
}

/** Undefined where the browser cannot draw in a worker, or this module is of another site than the page: it may start none. */
function startDrawWorker(): WorkerLike | undefined {
	if (!('transferControlToOffscreen' in HTMLCanvasElement.prototype)) return undefined;
	if (new URL(import.meta.url).origin !== location.origin) return undefined;
	// Its handlers are only ever assigned, and those that take less than the browser gives are welcome.
	return new Worker(new URL('./draw-worker.ts', import.meta.url), { type: 'module' }) as WorkerLike;
}
