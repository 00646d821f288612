import type { Clock, Log } from '@oriel/base';
import { faultReporter, type ReportFault } from '../errors/faults.ts';
import type { FrameBudget } from '../memory/frame-budget.ts';
import { Camera } from './camera.ts';
import { type Observer, Observers } from './observers.ts';
import type { EndReason } from './publication.ts';
import type { Track } from './track.ts';

export type { Observer } from './observers.ts';

const TICK_MS = 1000;

export interface HubOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of observers, viewers and publishers that broke; default: a line in the log. */
	readonly report?: ReportFault | undefined;
	/** Most cameras that there may be. */
	readonly maxCameras: number;
	/** What all cameras' frames may take together; default: no limit. */
	readonly frames?: FrameBudget;
	/** Hears of every camera whose publisher was replaced by another. */
	readonly takenOver?: (camera: Camera) => void;
}

/** All cameras of this relay. It knows no socket, no file and no codec. */
export class Hub implements AsyncDisposable {
	readonly #options: HubOptions;
	readonly #cameras = new Map<string, Camera>();
	/** Ids of the cameras, by name. */
	readonly #ids = new Map<string, string>();
	readonly #report: ReportFault;
	readonly #observers: Observers;
	readonly #stopTicking: () => void;
	#numbers = 0;

	constructor(options: HubOptions) {
		this.#options = options;
		this.#report = options.report ?? faultReporter(options.log, () => {});
		this.#observers = new Observers(this.#report);
		this.#stopTicking = options.clock.every(TICK_MS, () => this.#tick());
	}

	/** The cameras in the order in which they were added. */
	get cameras(): Iterable<Camera> {
		return this.#cameras.values();
	}

	/** The camera of that name, if there is one. */
	camera(name: string): Camera | undefined {
		return this.#cameras.get(name);
	}

	/**
	 * Makes the set of cameras exactly these, given by name and id: new ones are added, those no longer named end and go. One
	 * with another id under a known name is another camera: nothing that was kept of the earlier one is shown of it.
	 */
	setCameras(cameras: ReadonlyMap<string, string>): void {
		for (const camera of [...this.#cameras.values()]) {
			if (cameras.get(camera.name) !== this.#ids.get(camera.name)) this.#remove(camera);
		}
		for (const [name, id] of cameras) {
			if (this.#cameras.has(name)) continue;
			this.#ids.set(name, id);
			this.#add(name);
		}
	}

	/** Tells `observer` of every change from now on, and of the cameras that there are at once. */
	observe(observer: Observer): () => void {
		return this.#observers.add(observer, this.#cameras.values());
	}

	/** Ends every stream. */
	end(reason: EndReason): void {
		for (const camera of this.#cameras.values()) camera.end(reason);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stopTicking();
		this.end('shutting-down');
	}

	#add(name: string): void {
		const { clock, log, maxCameras, frames, takenOver } = this.#options;
		if (this.#trackCount >= maxCameras) {
			log.warn('camera not added: the relay has reached its limit', { camera: name, limit: maxCameras });
			return;
		}
		const changed = (camera: Camera) => this.#observers.tell('changed', camera);
		const facts = { number: this.#nextNumber(), name, title: name };
		const nextNumber = () => (this.#trackCount < this.#options.maxCameras ? this.#nextNumber() : undefined);
		const trackRemoved = (of: Camera, track: Track) => this.#observers.tellRemovedTrack(of, track);
		const wiring = { clock, log, report: this.#report, frames, changed, takenOver, nextNumber, trackRemoved };
		const camera = new Camera({ ...facts, ...wiring });
		this.#cameras.set(name, camera);
		this.#observers.tell('added', camera);
	}

	/** Numbers are handed out in a circle, so that one is used again as late as possible. */
	#nextNumber(): number {
		const taken = new Set(this.#trackNumbers());
		do this.#numbers = (this.#numbers % this.#options.maxCameras) + 1;
		while (taken.has(this.#numbers));
		return this.#numbers;
	}

	*#trackNumbers(): Iterable<number> {
		for (const camera of this.#cameras.values()) {
			for (const track of camera.tracks) yield track.id.number;
		}
	}

	get #trackCount(): number {
		return [...this.#trackNumbers()].length;
	}

	#remove(camera: Camera): void {
		this.#cameras.delete(camera.name);
		this.#ids.delete(camera.name);
		camera.remove();
		this.#observers.tell('removed', camera);
	}

	#tick(): void {
		const now = this.#options.clock.now();
		for (const camera of this.#cameras.values()) camera.tick(now);
	}
}
