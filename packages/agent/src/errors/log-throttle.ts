import type { Clock, Fields, Log, Micros } from '@oriel/base';
import { micros } from '@oriel/base';

/** How often a failure that goes on is mentioned again. */
const REMIND = micros(60_000);

/** Says a failure when it is new, and one that repeats itself once a minute, with how often it has come since. */
export class LogThrottle {
	readonly #clock: Clock;
	readonly #log: Log;
	#said: { readonly words: string; readonly at: Micros } | undefined;
	#times = 0;

	constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
		this.#clock = clock;
		this.#log = log;
	}

	/** One failure. It counts as the same one while its words are the same. Returns whether it was worth a line. */
	log(words: string, level: 'info' | 'warn' | 'error' = 'warn', fields: Fields = {}): boolean {
		const now = this.#clock.now();
		this.#times++;
		const same = this.#said?.words === words;
		if (same && now - (this.#said?.at ?? now) < REMIND) return false;
		if (same) this.#log[level](`still: ${words}`, { ...fields, times: this.#times });
		else this.#log[level](words, fields);
		this.#said = { words, at: now };
		this.#times = 0;
		return true;
	}

	/** The failure is over for good: the next one is new, whatever its words. */
	reset(): void {
		this.#said = undefined;
		this.#times = 0;
	}
}
