import type { Micros } from '@oriel/base';

/** When a peer that sends nothing is given up. Each end of a connection has its own. */
export interface SilenceLimit {
	/** For the peer and the log: what was missed, and for how long. */
	readonly words: string;
	/** Something arrived, whatever it was. */
	onReceived(now: Micros): void;
	/** Whether nothing has arrived for too long. To be asked regularly. */
	isExceeded(now: Micros): boolean;
}

/** A limit that stays the same. */
export class FixedSilence implements SilenceLimit {
	readonly words: string;
	readonly #limit: Micros;
	#receivedAt: Micros;

	/** Counts from `now`. */
	constructor(limit: Micros, words: string, now: Micros) {
		this.#limit = limit;
		this.words = words;
		this.#receivedAt = now;
	}

	onReceived(now: Micros): void {
		this.#receivedAt = now;
	}

	isExceeded(now: Micros): boolean {
		return now - this.#receivedAt > this.#limit;
	}
}
