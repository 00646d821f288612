import type { Micros } from '@oriel/base';
import { PresentationClock } from './presentation-clock.ts';
import type { MediaUnit, ParsedUnit, Reader } from './reader.ts';
import { SenderClock } from './sender-clock.ts';

/**
 * Reads pictures and says when each was taken: by the sender's own times where the format has them (FLV), else when its
 * first byte came in.
 */
export class TimedReader {
	readonly #reader: Reader;
	readonly #sender: SenderClock;
	readonly #presentation = new PresentationClock();
	/** When the bytes came that the unfinished picture begins with. */
	#begunAt: Micros = 0;
	/** The newest picture came out by a flush: what is pending since is no beginning of the next, but filler behind that one. */
	#isFlushed = false;

	constructor(reader: Reader) {
		this.#reader = reader;
		this.#sender = new SenderClock({ mayRunSlow: reader.mayRunSlow });
	}

	/**
	 * The pictures that `chunk`, which came at `now`, completes; what is in it may have begun to come at `begunAt`. Throws as
	 * the reader does; what comes next is then taken to begin later.
	 */
	push(chunk: Uint8Array, now: Micros, begunAt: Micros = now): MediaUnit[] {
		const reader = this.#reader;
		const firstAt = reader.pendingBytes > 0 && !this.#isFlushed ? this.#begunAt : begunAt;
		this.#isFlushed = false;
		const broken = reader.brokenPictures;
		this.#begunAt = now;
		const frames = reader.push(chunk);
		const lost = reader.brokenPictures > broken;
		if (!lost && frames.length === 0) this.#begunAt = firstAt;
		return frames.map((frame, index) => this.#timed(frame, index === 0 && !lost ? firstAt : now));
	}

	/** As the reader's. Throws as it does. */
	flush(): MediaUnit[] {
		const frames = this.#reader.flush().map((frame) => this.#timed(frame, this.#begunAt));
		this.#isFlushed ||= frames.length > 0;
		return frames;
	}

	#timed({ key, format, data, stamp, order, presentationOffset }: ParsedUnit, arrivedAt: Micros): MediaUnit {
		const capturedAt = stamp === undefined ? arrivedAt : this.#sender.place(stamp, arrivedAt);
		const offset = presentationOffset ?? (order && this.#presentation.offsetOf(order, capturedAt));
		const unit = { key, capturedAt, format, data };
		return offset === undefined ? unit : { ...unit, presentationOffset: offset };
	}
}
