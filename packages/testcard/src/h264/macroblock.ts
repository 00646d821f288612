import type { BitWriter } from './bit-writer.ts';
import { CHROMA_DC, writeResidual } from './cavlc.ts';
import { INTER_PATTERN_NUMBERS, INTRA_PATTERN_NUMBERS } from './cavlc-tables.ts';
import { Counts } from './counts.ts';
import { blockX, blockY, DetailBlock } from './detail.ts';
import { FlatBlock } from './flat.ts';
import { FIRST_QUANTISER } from './parameter-sets.ts';
import { type Plane, type Planes, sameSquare } from './planes.ts';
import { SCAN } from './transform.ts';

/** Of a macroblock as it is: 256 luma and 128 chroma samples. */
const PLAIN_BYTES = 384;
/** More than any macroblock takes before it is given up for its samples as they are. */
const ROOM_BYTES = 4096;
const PLAIN_COUNT = 16;

/** mb_type in I slices (ISO/IEC 14496-10, table 7-11); in P slices 5 is added (table 7-13). */
const I_NXN = 0;
const I_16X16_DC = 3;
const I_PCM = 25;
const INTRA_IN_P = 5;

/** Writes the macroblocks of one slice, each in the shortest way that loses nothing. */
export class MacroblockWriter {
	readonly #luma: Counts;
	readonly #blue: Counts;
	readonly #red: Counts;
	readonly #flat = new FlatBlock();
	readonly #detail = new DetailBlock();
	readonly #scanned = new Int32Array(16);
	readonly #plain = new Uint8Array(PLAIN_BYTES);
	#quantiser = FIRST_QUANTISER;

	/** Both in macroblocks. */
	constructor(columns: number, rows: number) {
		this.#luma = new Counts(columns, rows, 4);
		this.#blue = new Counts(columns, rows, 2);
		this.#red = new Counts(columns, rows, 2);
	}

	/** Begins a slice. */
	begin(): void {
		this.#quantiser = FIRST_QUANTISER;
	}

	/** Whether the macroblock is what it was; then it is left out and this notes it. */
	skips(planes: Planes, before: Planes, column: number, row: number): boolean {
		const chromaAt = row * 8 * planes.cb.stride + column * 8;
		const isSame =
			sameSquare(planes.y, before.y, row * 16 * planes.y.stride + column * 16, 16) &&
			sameSquare(planes.cb, before.cb, chromaAt, 8) &&
			sameSquare(planes.cr, before.cr, chromaAt, 8);
		if (isSame) this.#fillCounts(column, row, 0);
		return isSame;
	}

	/** macroblock_layer (7.3.5). In an I slice there is no picture before. */
	write(bits: BitWriter, planes: Planes, before: Planes | undefined, column: number, row: number): void {
		bits.reserve(ROOM_BYTES);
		const isInP = before !== undefined;
		if (this.#flat.read(planes, column, row)) this.#writeFlat(bits, isInP, column, row);
		else if (!this.#detail.read(planes, before, column, row)) this.#writePlain(bits, planes, isInP, column, row);
		else if (!this.#writeDetailIfShort(bits, isInP, column, row)) this.#writePlain(bits, planes, isInP, column, row);
	}

	/** Whether it was worth it; if not, nothing has been written. */
	#writeDetailIfShort(bits: BitWriter, isInter: boolean, column: number, row: number): boolean {
		const mark = bits.mark();
		const start = bits.written;
		const quantiser = this.#quantiser;
		this.#writeDetail(bits, isInter, column, row);
		if (bits.written - start <= 8 * PLAIN_BYTES) return true;
		bits.rewind(mark);
		this.#quantiser = quantiser;
		return false;
	}

	#writeFlat(bits: BitWriter, isInP: boolean, column: number, row: number): void {
		const { levels, quantiser } = this.#flat;
		const hasChroma = levels.subarray(16).some((level) => level !== 0);
		bits.ue((isInP ? INTRA_IN_P : 0) + I_16X16_DC + (hasChroma ? 4 : 0));
		bits.ue(0); // intra_chroma_pred_mode: DC
		this.#setQuantiser(bits, quantiser);
		for (let at = 0; at < 16; at++) this.#scanned[at] = levels[SCAN[at] ?? 0] ?? 0;
		writeResidual(bits, this.#scanned, 0, 16, this.#luma.around(column * 4, row * 4));
		if (hasChroma) {
			writeResidual(bits, levels, 16, 4, CHROMA_DC);
			writeResidual(bits, levels, 20, 4, CHROMA_DC);
		}
		this.#fillCounts(column, row, 0);
	}

	#writeDetail(bits: BitWriter, isInter: boolean, column: number, row: number): void {
		const { levels, chromaDc, pattern } = this.#detail;
		if (isInter)
			bits.write(0b1_1_1, 3); // P_L0_16x16, no motion in both directions
		else {
			bits.ue(I_NXN);
			bits.write(0xffff, 16); // prev_intra4x4_pred_mode_flag of each block: DC, as all its neighbours
			bits.ue(0); // intra_chroma_pred_mode: DC
		}
		bits.ue((isInter ? INTER_PATTERN_NUMBERS : INTRA_PATTERN_NUMBERS)[pattern] ?? 0);
		if (pattern > 0) this.#setQuantiser(bits, 0);
		for (let block = 0; block < 16; block++) {
			const x = column * 4 + blockX(block) / 4;
			const y = row * 4 + blockY(block) / 4;
			const isCoded = (pattern & (1 << (block >> 2))) !== 0;
			this.#luma.set(x, y, isCoded ? writeResidual(bits, levels, block * 16, 16, this.#luma.around(x, y)) : 0);
		}
		if (pattern >= 16) {
			writeResidual(bits, chromaDc, 0, 4, CHROMA_DC);
			writeResidual(bits, chromaDc, 4, 4, CHROMA_DC);
		}
		this.#writeChroma(bits, this.#blue, 16, column, row);
		this.#writeChroma(bits, this.#red, 20, column, row);
	}

	#writeChroma(bits: BitWriter, counts: Counts, first: number, column: number, row: number): void {
		const { levels, pattern } = this.#detail;
		for (let block = 0; block < 4; block++) {
			const x = column * 2 + (block & 1);
			const y = row * 2 + (block >> 1);
			const from = (first + block) * 16 + 1;
			counts.set(x, y, pattern >= 32 ? writeResidual(bits, levels, from, 15, counts.around(x, y)) : 0);
		}
	}

	#writePlain(bits: BitWriter, { y, cb, cr }: Planes, isInP: boolean, column: number, row: number): void {
		bits.ue((isInP ? INTRA_IN_P : 0) + I_PCM);
		bits.align(); // pcm_alignment_zero_bit
		copySquare(this.#plain, 0, y, row * 16 * y.stride + column * 16, 16);
		copySquare(this.#plain, 256, cb, row * 8 * cb.stride + column * 8, 8);
		copySquare(this.#plain, 320, cr, row * 8 * cr.stride + column * 8, 8);
		bits.raw(this.#plain);
		this.#fillCounts(column, row, PLAIN_COUNT);
	}

	/** mb_qp_delta (7.4.5), which goes round at 52. */
	#setQuantiser(bits: BitWriter, quantiser: number): void {
		const delta = quantiser - this.#quantiser;
		bits.se(delta < -26 ? delta + 52 : delta > 25 ? delta - 52 : delta);
		this.#quantiser = quantiser;
	}

	#fillCounts(column: number, row: number, count: number): void {
		this.#luma.fill(column, row, count);
		this.#blue.fill(column, row, count);
		this.#red.fill(column, row, count);
	}
}

function copySquare(into: Uint8Array, to: number, { samples, stride }: Plane, from: number, size: number): void {
	for (let line = 0; line < size; line++) {
		into.set(samples.subarray(from + line * stride, from + line * stride + size), to + line * size);
	}
}
