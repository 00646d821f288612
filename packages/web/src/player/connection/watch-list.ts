import type { Cancel, Clock, Millis } from '@oriel/base';
import type { FrameSink, ReceivedFrame } from './received-frame.ts';

/** As many names as one watch message may carry. */
const MAX_WATCHED = 1_000;
/** A tab that is looked away from for a moment keeps its pictures. */
const HIDDEN_FOR_MS: Millis = 5_000;

/** Who wants the pictures of which camera, and whether anybody can see them at all. */
export class WatchList {
	readonly #clock: Clock;
	readonly #send: (names: string[]) => void;
	readonly #sinks = new Map<string, Set<FrameSink>>();
	#cancelSend: Cancel | undefined;
	#cancelHide: Cancel | undefined;
	#suspended = false;

	/** `send` is called with the whole list, once for all changes made in one go. */
	constructor(clock: Clock, send: (names: string[]) => void) {
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

	/** Whether anybody receives the pictures of that camera, or would if the tab were seen. */
	has(name: string): boolean {
		return this.#sinks.has(name);
	}

	/** The cameras whose pictures are wanted now. */
	get names(): string[] {
		return this.#suspended ? [] : [...this.#sinks.keys()].slice(0, MAX_WATCHED);
	}

	/** Adds a receiver; the returned function takes it away. */
	add(name: string, sink: FrameSink): () => void {
		const sinks = this.#sinks.get(name) ?? new Set();
		sinks.add(sink);
		this.#sinks.set(name, sinks);
		this.#sendSoon();
		return () => {
			sinks.delete(sink);
			if (sinks.size > 0 || this.#sinks.get(name) !== sinks) return;
			this.#sinks.delete(name);
			this.#sendSoon();
		};
	}

	/** Hands the picture to all who want it. One that nobody wants any more is done with at once. */
	deliver(picture: ReceivedFrame): void {
		const sinks = this.#sinks.get(picture.track.camera);
		if (!sinks) picture.settle(undefined);
		else for (const sink of sinks) sink(picture);
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
			this.#send(this.names);
		});
	}
}
