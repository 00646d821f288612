import type { ReportFault } from '../errors/faults.ts';
import type { Camera } from './camera.ts';
import type { Track } from './track.ts';

/** A party that follows all cameras: which there are and how they fare. */
export interface Observer {
	added(camera: Camera): void;
	changed(camera: Camera): void;
	removed(camera: Camera): void;
	/** A track of a camera that stays is no more. */
	trackRemoved?(camera: Camera, track: Track): void;
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

	tellRemovedTrack(camera: Camera, track: Track): void {
		for (const observer of this.#observers) {
			this.#contain(observer, camera, 'trackRemoved', () => observer.trackRemoved?.(camera, track));
		}
	}

	#tellOne(observer: Observer, what: 'added' | 'changed' | 'removed', camera: Camera): void {
		this.#contain(observer, camera, what, () => observer[what](camera));
	}

	#contain(observer: Observer, { name }: Camera, told: string, tell: () => void): void {
		try {
			tell();
		} catch (thrown) {
			this.#observers.delete(observer);
			this.#report('observer', thrown, { camera: name, told });
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
