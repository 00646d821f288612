import { EntropyBits } from './entropy-bits.ts';
import type { Component, Frame } from './frame.ts';
import type { HuffmanDecoder } from './huffman-decoder.ts';
import type { Tables } from './tables.ts';

/** One component in a scan. */
interface Part {
	readonly component: Component;
	readonly dcQuantizer: number;
	readonly dc: HuffmanDecoder;
	/** Absent where a scan carries no AC coefficients. */
	readonly ac: HuffmanDecoder | undefined;
	/** The value that the next difference is added to. */
	previous: number;
}

/**
 * Reads the DC coefficients of the scan with header `body` (ISO/IEC 10918-1 B.2.3) and entropy-coded data from
 * `bytes[at]`. Gives the share of its MCUs that could be read, 0 to 1: what is missing stays grey. A scan without DC
 * coefficients of its own, or only with more exact ones of what is known, is no business of this: 1. Undefined: broken.
 */
export function readScan(
	frame: Frame,
	tables: Tables,
	body: Uint8Array,
	bytes: Uint8Array,
	at: number,
): number | undefined {
	const count = body[0] ?? 0;
	if (count < 1 || body.length !== 4 + 2 * count) return undefined;
	const [spectralStart = 0, spectralEnd = 0, approximation = 0] = body.subarray(1 + 2 * count);
	if (frame.isProgressive && (spectralStart > 0 || approximation >> 4 > 0)) return 1;
	if (frame.isProgressive && spectralEnd > 0) return undefined;
	const parts: Part[] = [];
	for (let index = 0; index < count; index++) {
		const part = partOf(frame, tables, body[1 + 2 * index] ?? 0, body[2 + 2 * index] ?? 0, approximation & 15);
		if (!part || parts.some(({ component }) => component === part.component)) return undefined;
		parts.push(part);
	}
	if (parts.some(({ component }) => component.isRead)) return 1;
	for (const { component } of parts) component.isRead = true;
	return new Scan(frame, parts, tables.restartInterval, new EntropyBits(bytes, at)).read();
}

function partOf(frame: Frame, tables: Tables, id: number, selectors: number, shift: number): Part | undefined {
	const component = frame.components.find((candidate) => candidate.id === id);
	const quantizer = component && tables.dcQuantizer(component.quantization);
	const dc = tables.decoder(selectors >> 4);
	const ac = frame.isProgressive ? undefined : tables.decoder(0x10 | (selectors & 15));
	if (!component || !quantizer || !dc || (!ac && !frame.isProgressive)) return undefined;
	return { component, dcQuantizer: quantizer * 2 ** shift, dc, ac, previous: 0 };
}

class Scan {
	readonly #parts: readonly Part[];
	readonly #interval: number;
	readonly #bits: EntropyBits;
	/** A scan of one component has one block an MCU and leaves out those that show nothing (A.2.2). */
	readonly #alone: Part | undefined;
	readonly #columns: number;
	readonly #total: number;

	constructor(frame: Frame, parts: readonly Part[], restartInterval: number, bits: EntropyBits) {
		this.#parts = parts;
		this.#bits = bits;
		const [first] = parts;
		this.#alone = parts.length === 1 ? first : undefined;
		this.#columns = this.#alone?.component.width ?? frame.mcuColumns;
		this.#total = this.#columns * (this.#alone?.component.height ?? frame.mcuRows);
		this.#interval = restartInterval || this.#total;
	}

	read(): number {
		let read = 0;
		let expected = 0;
		for (let start = 0; start < this.#total; ) {
			read += this.#readInterval(start, Math.min(this.#total, start + this.#interval));
			start += this.#interval;
			if (start >= this.#total) break;
			const marker = this.#bits.restart();
			if (marker === undefined) break;
			// Whole intervals are missing: what comes now belongs behind them.
			start += ((marker - expected) & 7) * this.#interval;
			expected = (marker + 1) & 7;
			for (const part of this.#parts) part.previous = 0;
		}
		return read / this.#total;
	}

	/** How many MCUs from `start` to `end` could be read before the data ended or made no sense. */
	#readInterval(start: number, end: number): number {
		for (let mcu = start; mcu < end; mcu++) {
			const column = mcu % this.#columns;
			const row = (mcu - column) / this.#columns;
			const isRead = this.#alone ? this.#readBlock(this.#alone, column, row) : this.#readMcu(column, row);
			if (!isRead) return mcu - start;
		}
		return end - start;
	}

	#readMcu(column: number, row: number): boolean {
		for (const part of this.#parts) {
			const { across, down } = part.component;
			for (let y = row * down; y < (row + 1) * down; y++) {
				for (let x = column * across; x < (column + 1) * across; x++) if (!this.#readBlock(part, x, y)) return false;
			}
		}
		return true;
	}

	#readBlock(part: Part, x: number, y: number): boolean {
		const { component, dc, ac, dcQuantizer } = part;
		const bits = this.#bits;
		const size = dc.decode(bits);
		if (size < 0 || size > 15) return false;
		if (size > 0) part.previous += extend(bits.take(size), size);
		if (ac && !skipCoefficients(ac, bits)) return false;
		if (bits.isSpent) return false;
		component.samples[y * component.stride + x] = 128 + (part.previous * dcQuantizer) / 8;
		return true;
	}
}

/** F.2.2.1: values whose highest bit is 0 are negative. */
function extend(value: number, size: number): number {
	return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Goes behind the 63 AC coefficients of a block (F.2.2.2). False if they make no sense. */
function skipCoefficients(ac: HuffmanDecoder, bits: EntropyBits): boolean {
	let at = 1;
	while (at < 64) {
		const symbol = ac.decode(bits);
		if (symbol < 0) return false;
		const size = symbol & 15;
		if (size > 0) {
			bits.skip(size);
			at += (symbol >> 4) + 1;
		} else if (symbol === 0xf0) at += 16;
		else return symbol === 0;
	}
	return at === 64;
}
