import { type Clock, type Micros, micros } from '@oriel/base';

const MINUTE: Micros = micros(60_000);

export interface EventQuotaOptions {
	/** Events a minute in all, and of one source. */
	readonly total: number;
	readonly perSource: number;
	readonly clock: Pick<Clock, 'now'>;
}

/** How many events a minute may be kept: so many in all, and so many of one source. */
export class EventQuota {
	readonly #options: EventQuotaOptions;
	#began: Micros;
	#count = 0;
	/** Those that had an event kept in this minute: as many as there are events, at most. */
	readonly #bySource = new Map<string, number>();

	constructor(options: EventQuotaOptions) {
		this.#options = options;
		this.#began = options.clock.now();
	}

	/** Whether there is room for one of these sources, e.g. a network and an account: each of them needs to have some left. */
	take(sources: readonly string[]): boolean {
		const { total, perSource, clock } = this.#options;
		if (clock.now() - this.#began >= MINUTE) {
			this.#began = clock.now();
			this.#count = 0;
			this.#bySource.clear();
		}
		const has = (source: string) => (this.#bySource.get(source) ?? 0) < perSource;
		if (this.#count >= total || !sources.every(has)) return false;
		this.#count++;
		for (const source of sources) this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
		return true;
	}
}
