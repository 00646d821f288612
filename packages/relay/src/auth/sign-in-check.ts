import { type Clock, type Log, type Micros, type Millis, micros, millis, reasonOf } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';

/** A hash that has not come back after this time counts as one that does not come back. */
export const HASH_CHECK_TIMEOUT_MS: Millis = 5000;
/** For this long a result is good: questions about health must not become a load. */
const GOOD_FOR: Micros = micros(10_000);

/**
 * Tells whether users could sign in: passwords are hashed in the threads of Node's pool, and a pool whose threads all
 * hang (on a dead disk, on a name server) hashes nothing while the relay still answers.
 */
export class SignInCheck {
	readonly #probe: () => Promise<void>;
	readonly #clock: Clock;
	readonly #log: Log;
	#running: { readonly since: Micros; readonly done: Promise<void> } | undefined;
	#last: { readonly at: Micros; readonly works: boolean } | undefined;

	/** `probe` hashes something small. */
	constructor(probe: () => Promise<void>, clock: Clock, log: Log) {
		this.#probe = probe;
		this.#clock = clock;
		this.#log = log;
	}

	/** Throws `busy` if sign-in does not work. */
	async require(): Promise<void> {
		if (await this.#works()) return;
		throw new RelayError('busy', 'Passwords cannot be checked at the moment', { retryAfterSeconds: 10 });
	}

	async #works(): Promise<boolean> {
		const now = this.#clock.now();
		if (!this.#running && this.#last && now - this.#last.at < GOOD_FOR) return this.#last.works;
		// One that hangs is waited for, however long: another would hang behind it.
		this.#running ??= { since: now, done: this.#check().finally(() => (this.#running = undefined)) };
		const { since, done } = this.#running;
		const remaining = HASH_CHECK_TIMEOUT_MS - millis(now - since);
		if (remaining <= 0) return false;
		return (await this.#isDoneWithin(done, remaining)) && this.#last?.works === true;
	}

	async #check(): Promise<void> {
		let works = true;
		try {
			await this.#probe();
		} catch (thrown) {
			works = false;
			this.#log.error('passwords cannot be hashed: no user can sign in', { reason: reasonOf(thrown) });
		}
		this.#last = { at: this.#clock.now(), works };
	}

	#isDoneWithin(done: Promise<void>, time: Millis): Promise<boolean> {
		return new Promise((resolve) => {
			const cancel = this.#clock.after(time, () => {
				this.#log.error('a password hash does not finish: no user can sign in', { waitedMs: time });
				resolve(false);
			});
			void done.then(() => {
				cancel();
				resolve(true);
			});
		});
	}
}
