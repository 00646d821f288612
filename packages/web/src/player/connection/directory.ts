import type { Announce, Status } from '@oriel/wire';
import { TrackReader } from './track-reader.ts';

/** A camera as the relay describes it. A change makes a new object. */
export interface Camera extends Announce {
	/** Undefined until the relay has told. */
	readonly status: Status | undefined;
	/** Whether the present connection has announced it; false while a new connection has not come to it yet. */
	readonly confirmed: boolean;
}

/**
 * The cameras that the person may see. Numbers hold for one connection only; names and what is known under them stay
 * over a reconnect, so that the page can go on showing them.
 */
export class Directory {
	#byName = new Map<string, Camera>();
	#nameOf = new Map<number, string>();
	readonly #readers = new Map<string, TrackReader>();
	#complete = false;

	/** All cameras, by title. */
	get cameras(): readonly Camera[] {
		return [...this.#byName.values()].sort((a, b) => byTitle.compare(a.title, b.title) || (a.name < b.name ? -1 : 1));
	}

	/** Whether the present connection has told of all cameras. */
	get complete(): boolean {
		return this.#complete;
	}

	get(name: string): Camera | undefined {
		return this.#byName.get(name);
	}

	/** What reads the frames with that number; undefined: this connection has not announced it. */
	reader(number: number): TrackReader | undefined {
		return this.#readers.get(this.#nameOf.get(number) ?? '');
	}

	nameOf(number: number): string | undefined {
		return this.#nameOf.get(number);
	}

	announce(number: number, announce: Announce): void {
		const earlier = this.#byName.get(announce.name);
		this.#nameOf.set(number, announce.name);
		this.#byName.set(announce.name, { ...announce, status: earlier?.status, confirmed: true });
		const reader = this.#readers.get(announce.name);
		if (reader) reader.onAnnounce(number, announce);
		else this.#readers.set(announce.name, new TrackReader(number, 'video', announce));
	}

	status(number: number, status: Status): void {
		const camera = this.#byName.get(this.#nameOf.get(number) ?? '');
		if (camera) this.#byName.set(camera.name, { ...camera, status });
	}

	/** Returns the name of the camera that is gone. */
	withdraw(number: number): string | undefined {
		const name = this.#nameOf.get(number);
		this.#nameOf.delete(number);
		if (name !== undefined) this.#forget(name);
		return name;
	}

	/** The connection is lost: its numbers mean nothing any more. */
	forgetNumbers(): void {
		this.#nameOf.clear();
		this.#complete = false;
		for (const [name, camera] of this.#byName) this.#byName.set(name, { ...camera, confirmed: false });
	}

	/** The relay has told of all cameras: what it did not mention is gone. */
	finishList(): void {
		if (this.#complete) return;
		this.#complete = true;
		for (const [name, camera] of this.#byName) if (!camera.confirmed) this.#forget(name);
	}

	#forget(name: string): void {
		this.#byName.delete(name);
		this.#readers.delete(name);
	}
}

const byTitle = new Intl.Collator(undefined, { numeric: true });
