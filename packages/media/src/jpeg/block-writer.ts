import type { BitWriter } from './bit-writer.ts';
import { reciprocals, transform } from './dct.ts';
import type { HuffmanTable } from './huffman-tables.ts';
import { ZIGZAG } from './quantization.ts';

/** 64 coefficients of at most 27 bits, twice that if every byte is an FF. */
const MAX_BLOCK_BYTES = 432;
const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/** A table as the encoder wants it: for each value its code × 32 + the length of the code in bits. */
type Codes = Uint32Array;

/** One plane of samples: `width` × `height`, rows without gaps. */
export interface Plane {
	readonly samples: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/** Writes the 8x8 blocks of one plane, in any order, as a baseline scan wants them (ISO/IEC 10918-1 F.1). */
export class BlockWriter {
	readonly #plane: Plane;
	readonly #bits: BitWriter;
	readonly #reciprocals: Float64Array;
	readonly #dcQuantizer: number;
	readonly #dc: Codes;
	readonly #ac: Codes;
	readonly #block = new Float64Array(64);
	#previousDc = 0;

	constructor(plane: Plane, quantizers: Uint8Array, dc: HuffmanTable, ac: HuffmanTable, bits: BitWriter) {
		this.#plane = plane;
		this.#bits = bits;
		this.#reciprocals = reciprocals(quantizers);
		this.#dcQuantizer = quantizers[0] ?? 1;
		this.#dc = codesOf(dc);
		this.#ac = codesOf(ac);
	}

	/** The block whose top left sample is at `x`, `y`. Beyond the edges the last sample is repeated. */
	write(x: number, y: number): void {
		this.#bits.reserve(MAX_BLOCK_BYTES);
		const { samples, width, height } = this.#plane;
		const whole = x + 8 <= width && y + 8 <= height;
		const start = y * width + x;
		if (whole && isFlat(samples, start, width)) this.#writeFlat(samples[start] ?? 0);
		else {
			if (whole) load(this.#block, samples, start, width);
			else loadEdge(this.#block, this.#plane, x, y);
			transform(this.#block);
			this.#writeCoefficients();
		}
	}

	#writeFlat(sample: number): void {
		this.#writeDc(Math.round(((sample - 128) * 8) / this.#dcQuantizer));
		this.#writeCode(this.#ac, END_OF_BLOCK);
	}

	#writeCoefficients(): void {
		this.#writeDc(this.#coefficient(0));
		let zeros = 0;
		for (let at = 1; at < 64; at++) {
			const value = this.#coefficient(at);
			if (value === 0) zeros++;
			else {
				for (; zeros > 15; zeros -= 16) this.#writeCode(this.#ac, SIXTEEN_ZEROS);
				const size = sizeOf(value);
				this.#writeCode(this.#ac, zeros * 16 + size);
				this.#writeValue(value, size);
				zeros = 0;
			}
		}
		if (zeros > 0) this.#writeCode(this.#ac, END_OF_BLOCK);
	}

	/** Rounded to the nearest; the sum is always positive, so that cutting off the fraction rounds down. */
	#coefficient(at: number): number {
		const place = ZIGZAG[at] ?? 0;
		const exact = (this.#block[place] ?? 0) * (this.#reciprocals[place] ?? 0);
		return ((exact + 16_384.5) | 0) - 16_384;
	}

	#writeDc(value: number): void {
		const difference = value - this.#previousDc;
		this.#previousDc = value;
		const size = sizeOf(difference);
		this.#writeCode(this.#dc, size);
		this.#writeValue(difference, size);
	}

	#writeCode(codes: Codes, value: number): void {
		const entry = codes[value] ?? 0;
		this.#bits.write(entry >>> 5, entry & 31);
	}

	/** F.1.2.1: a negative value is stored as one less, in its lowest bits. */
	#writeValue(value: number, size: number): void {
		this.#bits.write((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
	}
}

function sizeOf(value: number): number {
	return 32 - Math.clz32(Math.abs(value));
}

function isFlat(samples: Uint8Array, start: number, width: number): boolean {
	const first = samples[start];
	for (let row = 0, at = start; row < 8; row++, at += width) {
		for (let column = 0; column < 8; column++) if (samples[at + column] !== first) return false;
	}
	return true;
}

function load(block: Float64Array, samples: Uint8Array, start: number, width: number): void {
	for (let row = 0, at = start; row < 64; row += 8, at += width) {
		for (let column = 0; column < 8; column++) block[row + column] = (samples[at + column] ?? 0) - 128;
	}
}

function loadEdge(block: Float64Array, { samples, width, height }: Plane, x: number, y: number): void {
	for (let at = 0; at < 64; at++) {
		const row = Math.min(height - 1, y + (at >> 3));
		const column = Math.min(width - 1, x + (at & 7));
		block[at] = (samples[row * width + column] ?? 0) - 128;
	}
}

/** Annex C.2: codes of one length are counted up, and doubled for the next length. */
function codesOf({ counts, values }: HuffmanTable): Codes {
	const codes = new Uint32Array(256);
	let code = 0;
	let next = 0;
	counts.forEach((count, index) => {
		for (const value of values.slice(next, next + count)) codes[value] = code++ * 32 + index + 1;
		next += count;
		code *= 2;
	});
	return codes;
}
