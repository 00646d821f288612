/** Bits of a scan, highest first, in bytes that grow as needed, with a zero stuffed behind every FF (F.1.2.3). */
export class BitWriter {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;
	#bits = 0;
	#count = 0;

	constructor(expectedBytes: number) {
		this.#bytes = new Uint8Array(expectedBytes);
	}

	/** Makes sure of room for `count` more bytes. `write` does not look. */
	reserve(count: number): void {
		if (this.#length + count <= this.#bytes.length) return;
		const wider = new Uint8Array(2 * this.#bytes.length + count);
		wider.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = wider;
	}

	/** The lowest `count` bits of `bits`: 0 to 16 of them, the others zero. */
	write(bits: number, count: number): void {
		this.#bits = (this.#bits << count) | bits;
		this.#count += count;
		while (this.#count >= 8) {
			this.#count -= 8;
			const byte = (this.#bits >>> this.#count) & 0xff;
			this.#bytes[this.#length++] = byte;
			if (byte === 0xff) this.#bytes[this.#length++] = 0;
		}
	}

	/** All that was written, the last byte filled up with ones. */
	finish(): Uint8Array<ArrayBuffer> {
		this.reserve(2);
		if (this.#count > 0) this.write((1 << (8 - this.#count)) - 1, 8 - this.#count);
		return this.#bytes.subarray(0, this.#length);
	}
}
