/**
 * Bits of a scan, highest first, without the zeros stuffed behind every FF (ISO/IEC 10918-1 F.2.2.5). It stops at
 * markers: behind the last byte before one it gives zeros and `isSpent` becomes true.
 */
export class EntropyBits {
	readonly #bytes: Uint8Array;
	#at: number;
	#bits = 0;
	#count = 0;
	/** How many of the bits at hand, or already given, were never in the data. */
	#invented = 0;

	/** Begins at `bytes[at]`, the first byte behind the header of a scan. */
	constructor(bytes: Uint8Array, at: number) {
		this.#bytes = bytes;
		this.#at = at;
	}

	/** Whether more bits were taken than there were before the next marker. */
	get isSpent(): boolean {
		return this.#invented > this.#count;
	}

	/** The next 16 bits. They stay. */
	peek(): number {
		if (this.#count < 16) this.#fill();
		return (this.#bits >>> (this.#count - 16)) & 0xffff;
	}

	/** Leaves off `count` bits: at most 16. */
	skip(count: number): void {
		if (this.#count < count) this.#fill();
		this.#count -= count;
	}

	/** The next `count` bits: at most 16. */
	take(count: number): number {
		const taken = this.peek() >>> (16 - count);
		this.#count -= count;
		return taken;
	}

	/** Goes on behind the next restart marker. Gives its number (0..7), or undefined if the scan ends before one comes. */
	restart(): number | undefined {
		this.#bits = this.#count = this.#invented = 0;
		for (let at = this.#bytes.indexOf(0xff, this.#at); at >= 0; at = this.#bytes.indexOf(0xff, at + 1)) {
			const code = this.#bytes[at + 1] ?? 0xd9;
			if (code >= 0xd0 && code <= 0xd7) {
				this.#at = at + 2;
				return code - 0xd0;
			}
			if (code >= 0xc0 && code < 0xff) return undefined;
		}
		return undefined;
	}

	#fill(): void {
		while (this.#count <= 24) {
			const byte = this.#bytes[this.#at] ?? 0xff;
			const isMarker = byte === 0xff && this.#bytes[this.#at + 1] !== 0;
			if (isMarker) this.#invented += 8;
			else this.#at += byte === 0xff ? 2 : 1;
			this.#bits = (this.#bits << 8) | (isMarker ? 0 : byte);
			this.#count += 8;
		}
	}
}
