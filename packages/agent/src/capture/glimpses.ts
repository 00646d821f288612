import { type Clock, type Log, type Micros, micros } from '@oriel/base';
import { thumbnailOf } from '@oriel/media';
import type { Frame, Poster, Source } from './source.ts';

/** While nobody watches, the relay gets a poster this often. */
export const GLIMPSE_INTERVAL: Micros = micros(5000);
/** Larger posters are made smaller while nobody watches: with all headers that is under two kilobytes a second. */
export const MAX_GLIMPSE_BYTES = 8000;

export interface GlimpsesOptions {
	readonly source: Source;
	/** Where posters go. */
	readonly poster: (poster: Poster) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** What a camera shows of itself while nobody watches: a small poster now and then. A source that can do less does less. */
export class Glimpses {
	readonly #options: GlimpsesOptions;
	#isResting = false;
	#shownAt: Micros | undefined;

	constructor(options: GlimpsesOptions) {
		this.#options = options;
	}

	/** Nobody watches; or somebody does again. */
	rest(isResting: boolean): void {
		if (isResting === this.#isResting) return;
		const { source, log } = this.#options;
		this.#isResting = isResting;
		this.#shownAt = undefined;
		log.info(isResting ? 'nobody watches: only a small poster now and then is sent' : 'somebody watches');
		source.rest?.(isResting);
	}

	/**
	 * Takes a frame that the source made. False: it is of no other use, for the source makes one now and then only, and will
	 * make a fresh one as soon as somebody watches.
	 */
	saw({ format, capturedAt, bytes }: Frame): boolean {
		if (this.#isResting && format.codec === 'jpeg' && this.#isDue()) this.#show({ capturedAt, bytes });
		return !this.#isResting || this.#options.source.rest === undefined;
	}

	/** A poster that the source made. */
	poster(poster: Poster): void {
		if (!this.#isResting) this.#options.poster(poster);
		else if (this.#isDue()) this.#show(poster);
	}

	#show({ capturedAt, bytes }: Poster): void {
		this.#shownAt = this.#options.clock.now();
		const small = bytes.length <= MAX_GLIMPSE_BYTES ? bytes : thumbnailOf(bytes);
		if (small && small.length <= MAX_GLIMPSE_BYTES) this.#options.poster({ capturedAt, bytes: small });
	}

	#isDue(): boolean {
		return this.#shownAt === undefined || this.#options.clock.now() - this.#shownAt >= GLIMPSE_INTERVAL;
	}
}
