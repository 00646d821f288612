import type { Clock } from './clock.ts';
import type { Micros } from './time.ts';

export interface TokenBucketOptions {
	/** Tokens that it gains each second. */
	readonly perSecond: number;
	/** Most tokens that it holds, and how many it begins with: what may be spent at once. */
	readonly burst: number;
}

/** A rate limit that allows bursts: https://en.wikipedia.org/wiki/Token_bucket */
export class TokenBucket {
	readonly #clock: Pick<Clock, 'now'>;
	readonly #options: TokenBucketOptions;
	#tokens: number;
	#filledAt: Micros;

	constructor(clock: Pick<Clock, 'now'>, options: TokenBucketOptions) {
		this.#clock = clock;
		this.#options = options;
		this.#tokens = options.burst;
		this.#filledAt = clock.now();
	}

	/** Takes `cost` tokens if that many are there; false, and nothing is taken, if they are not. */
	take(cost = 1): boolean {
		this.#fill();
		if (this.#tokens < cost) return false;
		this.#tokens -= cost;
		return true;
	}

	/** Whether it holds all that it can: forgetting it then loses nothing. */
	get isFull(): boolean {
		this.#fill();
		return this.#tokens >= this.#options.burst;
	}

	/** Seconds until `cost` tokens are there. */
	secondsUntil(cost = 1): number {
		this.#fill();
		return Math.max(0, (cost - this.#tokens) / this.#options.perSecond);
	}

	#fill(): void {
		const now = this.#clock.now();
		const gained = ((now - this.#filledAt) / 1_000_000) * this.#options.perSecond;
		this.#filledAt = now;
		this.#tokens = Math.min(this.#options.burst, this.#tokens + gained);
	}
}
