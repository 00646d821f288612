import { type Clock, type Log, type Micros, micros } from '@oriel/base';
import { thumbnailOf } from '@oriel/media';
import type { MediaUnit, Poster, Source } from './source.ts';

/** While there are no viewers, the relay gets a poster this often. */
export const IDLE_POSTER_INTERVAL: Micros = micros(5000);
/** Larger posters are made smaller while there are no viewers: with all headers that is under two kilobytes a second. */
export const MAX_IDLE_POSTER_BYTES = 8000;

export interface IdlePostersOptions {
	readonly source: Source;
	/** Where posters go. */
	readonly poster: (poster: Poster) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** What a camera sends while there are no viewers: a small poster now and then. A source that can pause does. */
export class IdlePosters {
	readonly #options: IdlePostersOptions;
	#isPaused = false;
	#shownAt: Micros | undefined;

	constructor(options: IdlePostersOptions) {
		this.#options = options;
	}

	/** There are no viewers; or, with `false`, there are some again. */
	pause(isPaused: boolean): void {
		if (isPaused === this.#isPaused) return;
		const { source, log } = this.#options;
		this.#isPaused = isPaused;
		this.#shownAt = undefined;
		log.info(isPaused ? 'no viewers: sending only a small poster now and then' : 'viewers are watching');
		source.pause?.(isPaused);
	}

	/**
	 * Takes a frame that the source made. False: it is of no other use, for the source makes one now and then only, and will
	 * make a fresh one as soon as there is a viewer.
	 */
	onFrame({ format, capturedAt, data }: MediaUnit): boolean {
		if (this.#isPaused && format.codec === 'jpeg' && this.#isDue()) this.#show({ capturedAt, data });
		return !this.#isPaused || this.#options.source.pause === undefined;
	}

	/** A poster that the source made. */
	onPoster(poster: Poster): void {
		if (!this.#isPaused) this.#options.poster(poster);
		else if (this.#isDue()) this.#show(poster);
	}

	#show({ capturedAt, data }: Poster): void {
		this.#shownAt = this.#options.clock.now();
		const small = data.length <= MAX_IDLE_POSTER_BYTES ? data : thumbnailOf(data);
		if (small && small.length <= MAX_IDLE_POSTER_BYTES) this.#options.poster({ capturedAt, data: small });
	}

	#isDue(): boolean {
		return this.#shownAt === undefined || this.#options.clock.now() - this.#shownAt >= IDLE_POSTER_INTERVAL;
	}
}
