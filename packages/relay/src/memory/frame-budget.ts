import { Largest } from './largest.ts';

/** A camera, as far as the memory of its frames is concerned. */
export interface FrameHolder {
	/** Lets the older part of its group go, and says so with `FrameBudget.hold`. Viewers who are not behind go on. */
	shorten(): void;
	/** Lets all frames go. The camera goes on with its next key frame. */
	forget(): void;
}

/**
 * A maximum for the frames of all cameras together. Where they pass it, the longest group is shortened first: it can be
 * joined again at its next key frame. Only where no group can be shortened, the camera that has been silent longest loses
 * its picture. Every change costs O(1).
 */
export class FrameBudget {
	readonly #max: number;
	readonly #passed: () => void;
	/** What each holds beside its newest key frame and its newest frame. */
	readonly #spare = new Largest<FrameHolder>();
	/** What each holds, the one that has been silent longest first. */
	readonly #held = new Map<FrameHolder, number>();
	#used = 0;
	#isRelieving = false;

	/** `passed` is called whenever a camera has to let frames go. */
	constructor(max: number = Number.POSITIVE_INFINITY, passed: () => void = () => {}) {
		this.#max = max;
		this.#passed = passed;
	}

	/** What all hold, in bytes. */
	get used(): number {
		return this.#used;
	}

	/** `bytes`: all that it holds. `spare`: how much of that `shorten` could let go. `isHeard`: because a frame came. */
	hold(holder: FrameHolder, bytes: number, spare: number, isHeard: boolean): void {
		this.#used += bytes - (this.#held.get(holder) ?? 0);
		if (isHeard || bytes === 0) this.#held.delete(holder);
		if (bytes > 0) this.#held.set(holder, bytes);
		this.#spare.set(holder, spare);
		if (this.#used > this.#max && !this.#isRelieving) this.#relieve();
	}

	#relieve(): void {
		this.#isRelieving = true;
		while (this.#used > this.#max) {
			this.#passed();
			const longest = this.#spare.top;
			if (longest) {
				this.#shorten(longest);
				continue;
			}
			const [silent] = this.#held.keys();
			if (!silent) break;
			silent.forget();
			this.hold(silent, 0, 0, false);
		}
		this.#isRelieving = false;
	}

	/** One that does not get shorter is not asked again, or this would never end. */
	#shorten(holder: FrameHolder): void {
		const before = this.#used;
		holder.shorten();
		if (this.#used >= before) this.#spare.set(holder, 0);
	}
}
