import type { Announce, Status } from '@oriel/protocol';
import type { TrackName } from '@oriel/stream';
import { type TrackKey, trackKey } from './track-key.ts';
import { TrackReader } from './track-reader.ts';

/** A camera as the relay describes it. A change makes a new object. */
export interface Camera extends Announce {
	/** Undefined until the relay has told. */
	readonly status: Status | undefined;
	/** Whether the present connection has announced it; false while a new connection has not come to it yet. */
	readonly confirmed: boolean;
	/** Its tracks beside `video`. */
	readonly tracks: ReadonlySet<TrackName>;
}

interface Numbered {
	readonly camera: string;
	readonly track: TrackName;
}

/**
 * The cameras that the person may see. Numbers hold for one connection only; names and what is known under them stay
 * over a reconnect, so that the page can go on showing them.
 */
export class Directory {
	#byName = new Map<string, Camera>();
	readonly #numbers = new Map<number, Numbered>();
	readonly #readers = new Map<TrackKey, TrackReader>();
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
		const of = this.#numbers.get(number);
		return of && this.#readers.get(trackKey(of.camera, of.track));
	}

	announce(number: number, announce: Announce): void {
		const { name, track = 'video' } = announce;
		this.#numbers.set(number, { camera: name, track });
		const key = trackKey(name, track);
		const reader = this.#readers.get(key);
		if (reader) reader.onAnnounce(number, announce);
		else this.#readers.set(key, new TrackReader(number, track, announce));
		const earlier = this.#byName.get(name);
		if (track !== 'video') {
			if (earlier) this.#byName.set(name, { ...earlier, tracks: new Set([...earlier.tracks, track]) });
			return;
		}
		// Its other tracks are announced behind it, on a new connection too.
		const tracks = earlier?.confirmed ? earlier.tracks : new Set<TrackName>();
		this.#byName.set(name, { ...announce, status: earlier?.status, confirmed: true, tracks });
	}

	status(number: number, status: Status): void {
		const camera = this.#byName.get(this.#numbers.get(number)?.camera ?? '');
		if (camera) this.#byName.set(camera.name, { ...camera, status });
	}

	/** Returns what is gone: a track, or, with `video`, the camera and all its tracks. */
	withdraw(number: number): { readonly camera: string; readonly tracks: readonly TrackName[] } | undefined {
		const gone = this.#numbers.get(number);
		this.#numbers.delete(number);
		if (!gone) return undefined;
		const { camera, track } = gone;
		const tracks = track === 'video' ? (['video', ...(this.#byName.get(camera)?.tracks ?? [])] as const) : [track];
		if (track === 'video') this.#forget(camera);
		else this.#forgetTrack(gone);
		return { camera, tracks };
	}

	/** The connection is lost: its numbers mean nothing any more. */
	forgetNumbers(): void {
		this.#numbers.clear();
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
		const tracks = this.#byName.get(name)?.tracks ?? [];
		this.#byName.delete(name);
		for (const track of ['video', ...tracks] as const) this.#readers.delete(trackKey(name, track));
	}

	#forgetTrack({ camera: name, track }: Numbered): void {
		this.#readers.delete(trackKey(name, track));
		const camera = this.#byName.get(name);
		if (!camera) return;
		const tracks = new Set(camera.tracks);
		tracks.delete(track);
		this.#byName.set(name, { ...camera, tracks });
	}
}

const byTitle = new Intl.Collator(undefined, { numeric: true });
