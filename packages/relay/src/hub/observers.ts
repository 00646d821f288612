import type { ReportFault } from '../errors/faults.ts';
import type { Camera } from './camera.ts';

/** A party that follows all cameras: which there are and how they fare. */
export interface Observer {
	added(camera: Camera): void;
	changed(camera: Camera): void;
	removed(camera: Camera): void;
	/** One of the above threw: it is told nothing more. */
	letGo?(): void;
}

/** Those who follow all cameras. One that throws is let go: neither the hub nor the others notice. */
export class Observers {
	readonly #observers = new Set<Observer>();
	readonly #report: ReportFault;

	constructor(report: ReportFault) {
		this.#report = report;
	}

	/** Adds one and tells it of the cameras that there are. The returned function takes it away. */
	add(observer: Observer, cameras: Iterable<Camera>): () => void {
		this.#observers.add(observer);
		for (const camera of cameras) {
			if (this.#observers.has(observer)) this.#tellOne(observer, 'added', camera);
		}
		return () => this.#observers.delete(observer);
	}

	tell(what: 'added' | 'changed' | 'removed', camera: Camera): void {
		for (const observer of this.#observers) this.#tellOne(observer, what, camera);
	}

	#tellOne(observer: Observer, what: 'added' | 'changed' | 'removed', camera: Camera): void {
		try {
			observer[what](camera);
		} catch (thrown) {
			this.#observers.delete(observer);
			this.#report('observer', thrown, { camera: camera.name, told: what });
			this.#farewell(observer);
		}
	}

	#farewell(observer: Observer): void {
		try {
			observer.letGo?.();
		} catch (thrown) {
			this.#report('observer', thrown, { told: 'letGo' });
		}
	}
}
