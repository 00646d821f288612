import type { Micros } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import type { ReportFault } from '../errors/faults.ts';
import type { Viewer } from './viewer.ts';

/** Those who watch a camera. One that breaks is let go: neither the camera nor the others may notice. */
export class Audience {
	readonly #viewers = new Set<Viewer>();
	readonly #report: ReportFault;

	constructor(report: ReportFault) {
		this.#report = report;
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
	offer(frame: EncodedFrame): void {
		for (const viewer of this.#viewers) this.offerTo(viewer, frame);
	}

	offerTo(viewer: Viewer, frame: EncodedFrame): void {
		try {
			viewer.offer(frame);
		} catch (thrown) {
			this.#letGo(viewer, thrown);
		}
	}

	tick(now: Micros): void {
		for (const viewer of this.#viewers) {
			try {
				viewer.tick?.(now);
			} catch (thrown) {
				this.#letGo(viewer, thrown);
			}
		}
	}

	/** The camera is no more. */
	dismiss(): void {
		for (const viewer of [...this.#viewers]) this.#tellRemoved(viewer);
	}

	#letGo(viewer: Viewer, thrown: unknown): void {
		this.#report('observer', thrown, { viewer: viewer.transport });
		this.#viewers.delete(viewer);
		this.#tellRemoved(viewer);
	}

	#tellRemoved(viewer: Viewer): void {
		try {
			viewer.cameraRemoved();
		} catch (thrown) {
			this.#viewers.delete(viewer);
			this.#report('observer', thrown, { viewer: viewer.transport });
		}
	}
}
