/**
 * What the marker of a camera's packets is worth. It should stand on the last packet of a picture (RFC 6184 5.1), so that
 * no picture waits for the next. Some cameras set it on every slice, others never.
 *
 * The first marked picture is not given out at once: what comes next shows whether it was over.
 */
export class Marks {
	#worth: 'unproven' | 'good' | 'absent' | 'wrong' = 'unproven';
	/** The pending picture has had its marker. */
	#isMarked = false;

	/** Pictures do not end at a marker: it takes a silence, or the next picture, to tell that one is over. */
	get needsSilence(): boolean {
		return this.#worth !== 'good';
	}

	/** Nothing is known, and nothing says that the pending picture is over. */
	get isUnproven(): boolean {
		return this.#worth === 'unproven' && !this.#isMarked;
	}

	/** The pending picture has a marker. Whether it is over: give it out. */
	onMarker(): boolean {
		if (this.#worth === 'wrong') return false;
		if (this.#worth === 'unproven') {
			this.#isMarked = true;
			return false;
		}
		this.#worth = 'good';
		return true;
	}

	/** The pending picture went on behind its marker, or one that was given out at its marker did. */
	onMore(wasGivenOut = false): void {
		if (this.#isMarked || wasGivenOut) this.#worth = 'wrong';
		this.#isMarked = false;
	}

	/** The pending picture is over: the next began, or there was a silence. */
	onEnd(): void {
		if (this.#worth === 'wrong') return;
		this.#worth = this.#isMarked ? 'good' : 'absent';
		this.#isMarked = false;
	}

	/** The pending picture is lost. */
	onLoss(): void {
		this.#isMarked = false;
	}
}
