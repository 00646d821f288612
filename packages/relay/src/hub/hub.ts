import type { Clock, Log } from '@oriel/base';
import type { FrameBudget } from '../memory/frame-budget.ts';
import { Camera } from './camera.ts';
import type { EndReason } from './stream.ts';

const TICK_MS = 1000;

/** Somebody who wants to know about all cameras: which there are and how they fare. */
export interface Observer {
	added(camera: Camera): void;
	changed(camera: Camera): void;
	removed(camera: Camera): void;
}

export interface HubOptions {
	readonly clock: Clock;
	readonly log: Log;
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
	readonly #observers = new Set<Observer>();
	readonly #stopTicking: () => void;
	#numbers = 0;

	constructor(options: HubOptions) {
		this.#options = options;
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
		this.#observers.add(observer);
		for (const camera of this.#cameras.values()) observer.added(camera);
		return () => this.#observers.delete(observer);
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
		if (this.#cameras.size >= maxCameras) {
			log.warn('camera not added: the relay has reached its limit', { camera: name, limit: maxCameras });
			return;
		}
		const changed = (camera: Camera) => {
			for (const observer of this.#observers) observer.changed(camera);
		};
		const camera = new Camera({
			number: this.#nextNumber(),
			name,
			title: name,
			clock,
			log,
			frames,
			changed,
			takenOver,
		});
		this.#cameras.set(name, camera);
		for (const observer of this.#observers) observer.added(camera);
	}

	/** Numbers are handed out in a circle, so that one is used again as late as possible. */
	#nextNumber(): number {
		const taken = new Set([...this.#cameras.values()].map((camera) => camera.number));
		do this.#numbers = (this.#numbers % this.#options.maxCameras) + 1;
		while (taken.has(this.#numbers));
		return this.#numbers;
	}

	#remove(camera: Camera): void {
		this.#cameras.delete(camera.name);
		this.#ids.delete(camera.name);
		camera.remove();
		for (const observer of this.#observers) observer.removed(camera);
	}

	#tick(): void {
		const now = this.#options.clock.now();
		for (const camera of this.#cameras.values()) camera.tick(now);
	}
}
