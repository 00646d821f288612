import type { HuffmanTable } from '../huffman-tables.ts';
import type { EntropyBits } from './entropy-bits.ts';

const QUICK_BITS = 9;

/** Turns codes back into the values of one table (ISO/IEC 10918-1 F.2.2.3): nearly all with one look at 9 bits. */
export class HuffmanDecoder {
	/** By the next 9 bits: length of the code × 256 + its value; 0 where the code is longer. */
	readonly #quick = new Uint16Array(1 << QUICK_BITS);
	/** By length: the first code, how many there are, and where in `#values` theirs begin. */
	readonly #first = new Uint32Array(17);
	readonly #count = new Uint32Array(17);
	readonly #start = new Uint32Array(17);
	readonly #values: readonly number[];

	/** A table with more codes of a length than there is room for must not get here: see `isSound`. */
	constructor({ counts, values }: HuffmanTable) {
		this.#values = values;
		let code = 0;
		let next = 0;
		for (let length = 1; length <= 16; length++) {
			const count = counts[length - 1] ?? 0;
			this.#first[length] = code;
			this.#count[length] = count;
			this.#start[length] = next;
			if (length <= QUICK_BITS) this.#fillQuick(length, code, values.slice(next, next + count));
			code = (code + count) * 2;
			next += count;
		}
	}

	/** The next value; -1 if no code begins like these bits. */
	decode(bits: EntropyBits): number {
		const word = bits.peek();
		const entry = this.#quick[word >>> (16 - QUICK_BITS)] ?? 0;
		if (entry === 0) return this.#decodeLong(bits, word);
		bits.skip(entry >>> 8);
		return entry & 0xff;
	}

	#decodeLong(bits: EntropyBits, word: number): number {
		for (let length = QUICK_BITS + 1; length <= 16; length++) {
			const index = (word >>> (16 - length)) - (this.#first[length] ?? 0);
			if (index < 0 || index >= (this.#count[length] ?? 0)) continue;
			bits.skip(length);
			return this.#values[(this.#start[length] ?? 0) + index] ?? -1;
		}
		return -1;
	}

	#fillQuick(length: number, first: number, values: readonly number[]): void {
		const width = 1 << (QUICK_BITS - length);
		values.forEach((value, index) => {
			const from = (first + index) * width;
			this.#quick.fill(length * 256 + value, from, from + width);
		});
	}
}

/** Whether no length has more codes than the shorter ones leave room for (C.2), and every code has a value. */
export function isSound({ counts, values }: HuffmanTable): boolean {
	let room = 1;
	let total = 0;
	for (const count of counts) {
		room = room * 2 - count;
		total += count;
		if (room < 0) return false;
	}
	return total === values.length && total <= 256;
}
