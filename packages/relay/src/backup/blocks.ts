/** A stream of bytes in pieces of any size as blocks of one size; the last one may be shorter. Holds one block. */
export class Blocks {
	readonly #pieces: AsyncIterator<Uint8Array>;
	readonly #size: number;
	#held: Uint8Array = new Uint8Array(0);
	#isOver = false;

	constructor(pieces: AsyncIterable<Uint8Array>, size: number) {
		this.#pieces = pieces[Symbol.asyncIterator]();
		this.#size = size;
	}

	/** The next block; shorter than asked for only at the end. */
	async next(size: number = this.#size): Promise<Buffer> {
		const block = Buffer.allocUnsafe(size);
		let length = 0;
		while (length < size && !(await this.isAtEnd())) {
			const part = this.#held.subarray(0, size - length);
			block.set(part, length);
			length += part.length;
			this.#held = this.#held.subarray(part.length);
		}
		return block.subarray(0, length);
	}

	/** Whether nothing follows. */
	async isAtEnd(): Promise<boolean> {
		while (this.#held.length === 0 && !this.#isOver) {
			const { value, done } = await this.#pieces.next();
			if (done) this.#isOver = true;
			else this.#held = value;
		}
		return this.#held.length === 0;
	}
}
