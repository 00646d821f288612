import type { Cancel, Clock, Millis } from '@oriel/base';
import type { FrameSink, ReceivedFrame } from './received-frame.ts';
import { type TrackKey, trackKey } from './track-key.ts';

/** As many names as one watch message may carry. */
const MAX_WATCHED = 1_000;
/** A tab that is looked away from for a moment keeps its pictures. */
const HIDDEN_FOR_MS: Millis = 5_000;

interface Watcher {
	readonly sink: FrameSink;
	readonly isThin: (() => boolean) | undefined;
}

/** Which tracks have viewers on this page, and whether the page can be seen at all. */
export class WatchList {
	readonly #clock: Clock;
	readonly #send: (tracks: readonly TrackKey[]) => void;
	readonly #sinks = new Map<TrackKey, Set<Watcher>>();
	#cancelSend: Cancel | undefined;
	#cancelHide: Cancel | undefined;
	#suspended = false;

	/** `send` is called with the whole list, once for all changes made in one go. */
	constructor(clock: Clock, send: (tracks: readonly TrackKey[]) => void) {
		this.#clock = clock;
		this.#send = send;
	}

	/** Whether pictures are not asked for because the tab is hidden. */
	get suspended(): boolean {
		return this.#suspended;
	}

	get empty(): boolean {
		return this.#sinks.size === 0;
	}

	/** Whether the frames of that track have a receiver, or would have one if the tab were seen. */
	has(key: TrackKey): boolean {
		return this.#sinks.has(key);
	}

	/** The tracks whose frames are wanted now. */
	get tracks(): readonly TrackKey[] {
		return this.#suspended ? [] : [...this.#sinks.keys()].slice(0, MAX_WATCHED);
	}

	/** The tracks of which few frames are wanted: by all that want any. */
	get thin(): readonly TrackKey[] {
		return this.tracks.filter((key) => [...(this.#sinks.get(key) ?? [])].every(({ isThin }) => isThin?.()));
	}

	/** What the receivers want has changed. */
	changed(): void {
		this.#sendSoon();
	}

	/** Adds a receiver; the returned function takes it away. `isThin`: whether it wants few frames now. */
	add(key: TrackKey, sink: FrameSink, isThin?: () => boolean): () => void {
		const watcher: Watcher = { sink, isThin };
		const sinks = this.#sinks.get(key) ?? new Set();
		sinks.add(watcher);
		this.#sinks.set(key, sinks);
		this.#sendSoon();
		return () => {
			sinks.delete(watcher);
			if (sinks.size > 0 || this.#sinks.get(key) !== sinks) return;
			this.#sinks.delete(key);
			this.#sendSoon();
		};
	}

	/** Hands the picture to all who want it. One without receivers is done with at once. */
	deliver(picture: ReceivedFrame): void {
		const sinks = this.#sinks.get(trackKey(picture.track.camera, picture.track.name));
		if (!sinks) picture.settle(undefined);
		else for (const { sink } of sinks) sink(picture);
	}

	/** The tab went out of sight; `then` is called when pictures have been stopped for that. */
	hide(then: () => void): void {
		this.#cancelHide?.();
		this.#cancelHide = this.#clock.after(HIDDEN_FOR_MS, () => {
			this.#suspended = true;
			this.#sendSoon();
			then();
		});
	}

	/** The tab is seen again. */
	show(): void {
		this.#cancelHide?.();
		if (!this.#suspended) return;
		this.#suspended = false;
		this.#sendSoon();
	}

	/** Cancels what waits. */
	stop(): void {
		this.#cancelHide?.();
		this.#cancelSend?.();
		this.#cancelSend = undefined;
	}

	#sendSoon(): void {
		this.#cancelSend ??= this.#clock.after(0, () => {
			this.#cancelSend = undefined;
			this.#send(this.tracks);
		});
	}
}
