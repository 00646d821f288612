/** Bytes that are put together from pieces, in a buffer that is used again. */
export class HeldBytes {
	readonly #firstBytes: number;
	readonly #maxBytes: number;
	#buffer = new Uint8Array(0);
	#length = 0;

	/** `firstBytes` is the least that is allocated, `maxBytes` the most: the caller never adds more. */
	constructor(firstBytes: number, maxBytes: number) {
		this.#firstBytes = firstBytes;
		this.#maxBytes = maxBytes;
	}

	get length(): number {
		return this.#length;
	}

	/** Memory of the buffer. */
	get capacity(): number {
		return this.#buffer.length;
	}

	/** They share memory with the buffer until the next `add`. */
	get bytes(): Uint8Array {
		return this.#buffer.subarray(0, this.#length);
	}

	clear(): void {
		this.#length = 0;
	}

	/** The buffer doubles, so that bytes that come one by one are copied twice at most on average. */
	add(part: Uint8Array): void {
		const needed = this.#length + part.length;
		if (needed > this.#buffer.length) {
			const roomy = Math.min(this.#maxBytes, Math.max(this.#firstBytes, 2 * this.#buffer.length));
			const wider = new Uint8Array(Math.max(needed, roomy));
			wider.set(this.bytes);
			this.#buffer = wider;
		}
		this.#buffer.set(part, this.#length);
		this.#length = needed;
	}
}
