import { concat } from '@oriel/base';

/** A place in what a BitWriter wrote, to come back to. */
export interface Mark {
	readonly length: number;
	readonly bits: number;
	readonly count: number;
}

/** Bits of one NAL unit behind its header, highest first, in bytes that grow as needed (ISO/IEC 14496-10 7.2, 9.1). */
export class BitWriter {
	#bytes: Uint8Array<ArrayBuffer>;
	#length = 0;
	#bits = 0;
	#count = 0;

	constructor(expectedBytes: number) {
		this.#bytes = new Uint8Array(expectedBytes);
	}

	/** How many bits have been written. */
	get written(): number {
		return this.#length * 8 + this.#count;
	}

	/** Makes sure of room for `count` more bytes. `write` does not look. */
	reserve(count: number): void {
		if (this.#length + count <= this.#bytes.length) return;
		const wider = new Uint8Array(2 * this.#bytes.length + count);
		wider.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = wider;
	}

	/** u(n): the lowest `count` bits of `bits`: 0 to 24 of them, the others zero. */
	write(bits: number, count: number): void {
		this.#bits = (this.#bits << count) | bits;
		this.#count += count;
		while (this.#count >= 8) {
			this.#count -= 8;
			this.#bytes[this.#length++] = (this.#bits >>> this.#count) & 0xff;
		}
		this.#bits &= 0xff;
	}

	/** ue(v), up to 2^24 - 2. */
	ue(value: number): void {
		const length = 31 - Math.clz32(value + 1);
		this.write(0, length);
		this.write(1, 1);
		this.write((value + 1) & ((1 << length) - 1), length);
	}

	/** se(v) */
	se(value: number): void {
		this.ue(value > 0 ? 2 * value - 1 : -2 * value);
	}

	/** Fills the last byte up with zeros. */
	align(): void {
		if (this.#count > 0) this.write(0, 8 - this.#count);
	}

	/** Whole bytes, after `align`. Makes room itself. */
	raw(bytes: Uint8Array): void {
		this.reserve(bytes.length + 16);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	/** Where the writer is. */
	mark(): Mark {
		return { length: this.#length, bits: this.#bits, count: this.#count };
	}

	/** Forgets all that was written behind the mark. */
	rewind({ length, bits, count }: Mark): void {
		this.#length = length;
		this.#bits = bits;
		this.#count = count;
	}

	/** The NAL unit with this header byte, its end marked (7.3.2.11) and no start code in it (7.4.1). */
	finish(header: number): Uint8Array<ArrayBuffer> {
		this.reserve(2);
		this.write(1, 1);
		this.align();
		return concat([Uint8Array.of(header), withEmulationPrevention(this.#bytes.subarray(0, this.#length))]);
	}
}

/** Puts a 03 behind every two zeros that a byte of 3 or less follows. */
function withEmulationPrevention(plain: Uint8Array): Uint8Array {
	const parts: Uint8Array[] = [];
	let from = 0;
	let at = plain.indexOf(0);
	while (at >= 0 && at + 2 < plain.length) {
		if (plain[at + 1] === 0 && (plain[at + 2] ?? 0) <= 3) {
			parts.push(plain.subarray(from, at + 2), THREE);
			from = at + 2;
			at = plain.indexOf(0, from);
		} else at = plain.indexOf(0, at + 1);
	}
	return concat([...parts, plain.subarray(from)]);
}

const THREE = Uint8Array.of(3);
