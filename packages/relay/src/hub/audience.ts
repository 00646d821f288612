import { type Log, type Micros, reasonOf } from '@oriel/base';
import type { Frame } from './frame.ts';
import type { Viewer } from './viewer.ts';

/** Those who watch a camera. One that breaks is let go: neither the camera nor the others may notice. */
export class Audience {
	readonly #viewers = new Set<Viewer>();
	readonly #log: Log;

	constructor(log: Log) {
		this.#log = log;
	}

	get viewers(): ReadonlySet<Viewer> {
		return this.#viewers;
	}

	add(viewer: Viewer): void {
		this.#viewers.add(viewer);
	}

	/** False if it was not there any more. */
	remove(viewer: Viewer): boolean {
		return this.#viewers.delete(viewer);
	}

	/** Tells all of a newer picture. */
	offer(frame: Frame): void {
		for (const viewer of this.#viewers) this.offerTo(viewer, frame);
	}

	offerTo(viewer: Viewer, frame: Frame): void {
		try {
			viewer.offer(frame);
		} catch (thrown) {
			const { transport } = viewer;
			this.#log.error('a viewer could not be offered a picture', { transport, reason: reasonOf(thrown) });
			this.#viewers.delete(viewer);
			viewer.cameraRemoved();
		}
	}

	tick(now: Micros): void {
		for (const viewer of this.#viewers) viewer.tick?.(now);
	}

	/** The camera is no more. */
	dismiss(): void {
		for (const viewer of [...this.#viewers]) viewer.cameraRemoved();
	}
}
