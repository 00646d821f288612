import { type Cancel, type Clock, TokenBucket } from '@oriel/base';

/** Times a second that all are told of one camera; what changes more often is told as it is then. */
export const MAX_NEWS_PER_SECOND = 4;
/** Times in a row before that: a camera that connects and leaves changes about four times, and may do so ten times in a row. */
export const MAX_NEWS_BURST = 40;

/** Tells of changes, the first at once, and no more often than a viewer could follow. */
export class News {
	readonly #clock: Clock;
	readonly #tell: () => void;
	readonly #bucket: TokenBucket;
	#cancel: Cancel | undefined;

	constructor(clock: Clock, tell: () => void) {
		this.#clock = clock;
		this.#tell = tell;
		this.#bucket = new TokenBucket(clock, { perSecond: MAX_NEWS_PER_SECOND, burst: MAX_NEWS_BURST });
	}

	/** Something has changed. False: it will be told in a moment. */
	changed(): boolean {
		if (this.#cancel) return false;
		if (this.#bucket.take()) {
			this.#tell();
			return true;
		}
		const wait = Math.ceil(this.#bucket.secondsUntil() * 1000);
		this.#cancel = this.#clock.after(wait, () => {
			this.#cancel = undefined;
			this.#bucket.take();
			this.#tell();
		});
		return false;
	}

	/** Whether something has changed that has not been told. */
	get isDue(): boolean {
		return this.#cancel !== undefined;
	}

	/** Nothing is told any more. */
	stop(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}
}
