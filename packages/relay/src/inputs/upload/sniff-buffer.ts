const FIRST_BYTES = 4096;
/** Up to this, every byte more may tell what a body is; beyond, a look costs more and rarely tells more. */
const EAGER_BYTES = 2048;
const GROWTH = 1.25;

/**
 * The beginning of a body whose format is not known yet, in a buffer that doubles: thousands of tiny chunks cost neither
 * the memory nor the time of as many copies of it.
 */
export class SniffBuffer {
	#held = new Uint8Array(0);
	#length = 0;
	#lookedAt = 0;

	/** All that has come. It shares memory with what is added until the next call of `add`. */
	get bytes(): Uint8Array {
		return this.#held.subarray(0, this.#length);
	}

	/** Memory in use. */
	get heldBytes(): number {
		return this.#held.length;
	}

	/** Whether so much has come since the last look that another one makes sense. Asking counts as looking. */
	get isWorthALook(): boolean {
		if (this.#length > EAGER_BYTES && this.#length < this.#lookedAt * GROWTH) return false;
		this.#lookedAt = this.#length;
		return true;
	}

	add(chunk: Uint8Array): void {
		const needed = this.#length + chunk.length;
		if (needed > this.#held.length) {
			const wider = new Uint8Array(Math.max(needed, FIRST_BYTES, 2 * this.#held.length));
			wider.set(this.bytes);
			this.#held = wider;
		}
		this.#held.set(chunk, this.#length);
		this.#length = needed;
	}
}
