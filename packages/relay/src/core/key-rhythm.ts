import { type Micros, micros, millis } from '@oriel/base';

/** A key frame so much later than the one before is rare: a viewer that joins between them has much to decode, or waits. */
const RARE: Micros = micros(10_000);
/** In a group of fewer frames it is the camera that is slow, not its key frames that are rare. */
const MANY_FRAMES = 20;
/** What is advised instead. */
const WANTED_S = 2;

/** How often a camera sends key frames, and what its owner should change about that. */
export class KeyRhythm {
	#keyAt: Micros | undefined;
	/** Between the newest two key frames of a stream, and the frames from the one to the other. */
	#interval: Micros | undefined;
	#frames = 0;
	#framesBefore = 0;
	#refreshes = 0;

	/** Another stream begins. */
	begin(): void {
		this.#keyAt = this.#interval = undefined;
		this.#frames = this.#framesBefore = this.#refreshes = 0;
	}

	/** A frame has come. `isRefresh`: the encoder says that it renews pictures bit by bit from here on. */
	frame(key: boolean, isRefresh: boolean, now: Micros): void {
		if (key) {
			if (this.#keyAt !== undefined) this.#interval = now - this.#keyAt;
			this.#framesBefore = this.#frames;
			this.#keyAt = now;
			this.#frames = this.#refreshes = 0;
		} else if (isRefresh) this.#refreshes++;
		this.#frames++;
	}

	/** Seconds from one key frame to the next, or since the last if that is longer; undefined where they come often. */
	rareSeconds(now: Micros): number | undefined {
		const since = this.#keyAt === undefined ? 0 : now - this.#keyAt;
		const longest = Math.max(since, this.#interval ?? 0);
		const frames = Math.max(this.#frames, this.#framesBefore);
		return longest >= RARE && frames >= MANY_FRAMES ? Math.round(millis(longest) / 1000) : undefined;
	}

	/** For the owner; undefined: all is well. */
	advice(framesPerSecond: number, now: Micros): string | undefined {
		const seconds = this.rareSeconds(now);
		if (seconds === undefined) return undefined;
		const { interval, since } = { interval: this.#interval, since: now - (this.#keyAt ?? now) };
		const isOver = interval === undefined || since > 2 * interval;
		const seen = isOver ? `has sent no key frame for ${seconds} s` : `sends a key frame every ${seconds} s`;
		const pictures = Math.max(1, Math.round(WANTED_S * framesPerSecond));
		const cure = `Set one every ${WANTED_S} s (x264: -g ${pictures}; in a camera's settings: I-frame interval or GOP).`;
		const why = 'a viewer that joins later, or misses a frame, must decode everything since then, or wait.';
		if (this.#refreshes === 0) return `This camera ${seen}: ${why} ${cure}`;
		return `This camera refreshes its pictures bit by bit (intra refresh) and ${seen}: ${why} Switch intra refresh off. ${cure}`;
	}
}
