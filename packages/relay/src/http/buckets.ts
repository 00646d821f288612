import { type Clock, TokenBucket, type TokenBucketOptions } from '@oriel/base';

/** Networks and credentials whose rates are remembered; beyond this the one that was used longest ago is forgotten. */
export const MAX_BUCKETS = 10_000;

/** The same rate limit for each of many, in bounded memory. */
export class Buckets {
	readonly #clock: Pick<Clock, 'now'>;
	readonly #rate: TokenBucketOptions;
	/** In the order in which they were used. */
	readonly #buckets = new Map<string, TokenBucket>();

	constructor(clock: Pick<Clock, 'now'>, rate: TokenBucketOptions) {
		this.#clock = clock;
		this.#rate = rate;
	}

	/** The bucket of `key`, a full one for a key that is not remembered. */
	of(key: string): TokenBucket {
		const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#clock, this.#rate);
		this.#buckets.delete(key);
		this.#buckets.set(key, bucket);
		if (this.#buckets.size > MAX_BUCKETS) this.#forgetOldest();
		return bucket;
	}

	get size(): number {
		return this.#buckets.size;
	}

	#forgetOldest(): void {
		const [oldest] = this.#buckets.keys();
		if (oldest !== undefined) this.#buckets.delete(oldest);
	}
}
