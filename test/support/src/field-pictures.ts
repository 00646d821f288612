import type { YuvImage } from '@oriel/media';

/** How the fields of one frame come. */
export interface FieldOptions {
	/** Units (delimiter, SEI) between the two fields of each frame. */
	readonly between?: readonly Uint8Array[];
	/** The bottom field comes first. */
	readonly isBottomFirst?: boolean;
}

const SIDE = 32;
const MACROBLOCK = 16;
const FRAME_NUM_BITS = 4;
const ORDER_BITS = 8;
const I_PCM = 25;
const ALL_I = 7;

/** One field, of which `luma` gives the samples. */
interface Field {
	readonly frame: number;
	readonly isBottom: boolean;
	readonly isFirst: boolean;
	/** In macroblocks. */
	readonly columns: number;
	readonly rows: number;
	readonly luma: (x: number, y: number) => number;
}

/**
 * NAL units of H.264 with two field pictures to a frame (PAFF), which no encoder at hand writes: 32x32, each field a flat
 * grey of its own. The first frame is an IDR picture, of which the second field is none (ISO/IEC 14496-10 7.4.1.2.4).
 */
export function fieldPictures(
	frames: number,
	{ between = [], isBottomFirst = false }: FieldOptions = {},
): Uint8Array[] {
	const nals = [sps(SIDE, SIDE), pps()];
	for (let frame = 0; frame < frames; frame++) {
		const fieldOf = (isBottom: boolean, isFirst: boolean) => {
			const grey = 40 + ((frame * 13 + Number(isBottom) * 100) % 180);
			return field({ frame, isBottom, isFirst, columns: 2, rows: 1, luma: () => grey });
		};
		nals.push(fieldOf(isBottomFirst, true), ...between, fieldOf(!isBottomFirst, false));
	}
	return nals;
}

/** The same of given pictures, without their colours, a frame an entry. Width and height are multiples of 32. */
export function fieldsOf(pictures: readonly YuvImage[]): Uint8Array[][] {
	return pictures.map(({ width, height, y }, frame) => {
		const fieldOf = (isBottom: boolean) =>
			field({
				...{ frame, isBottom, isFirst: !isBottom },
				...{ columns: width / MACROBLOCK, rows: height / 2 / MACROBLOCK },
				luma: (column, row) => y[(2 * row + Number(isBottom)) * width + column] ?? 0,
			});
		return [...(frame === 0 ? [sps(width, height), pps()] : []), fieldOf(false), fieldOf(true)];
	});
}

function sps(width: number, height: number): Uint8Array {
	const bits = new Bits();
	for (const byte of [77, 0, 30]) bits.write(byte, 8);
	for (const number of [0, FRAME_NUM_BITS - 4, 0, ORDER_BITS - 4, 1]) bits.ue(number);
	bits.write(0, 1); // gaps_in_frame_num_value_allowed_flag
	bits.ue(width / MACROBLOCK - 1);
	bits.ue(height / 2 / MACROBLOCK - 1); // pic_height_in_map_units_minus1: two fields
	bits.write(0b0_0_1, 3); // frame_mbs_only_flag, mb_adaptive_frame_field_flag, direct_8x8_inference_flag
	bits.write(0b0_0, 2); // no cropping, no VUI
	return bits.nal(0x67);
}

function pps(): Uint8Array {
	const bits = new Bits();
	bits.ue(0);
	bits.ue(0);
	bits.write(0b00, 2); // CAVLC, bottom_field_pic_order_in_frame_present_flag
	for (const number of [0, 0, 0]) bits.ue(number);
	bits.write(0b000, 3);
	for (const number of [0, 0, 0]) bits.ue(number); // se(0) thrice
	bits.write(0b000, 3);
	return bits.nal(0x68);
}

function field({ frame, isBottom, isFirst, columns, rows, luma }: Field): Uint8Array {
	const isIdr = frame === 0 && isFirst;
	const bits = new Bits();
	for (const number of [0, ALL_I, 0]) bits.ue(number);
	bits.write(frame % 2 ** FRAME_NUM_BITS, FRAME_NUM_BITS);
	bits.write(1, 1); // field_pic_flag
	bits.write(Number(isBottom), 1);
	if (isIdr) bits.ue(0); // idr_pic_id
	bits.write((2 * frame + Number(isBottom)) % 2 ** ORDER_BITS, ORDER_BITS);
	bits.write(0, isIdr ? 2 : 1); // dec_ref_pic_marking
	bits.ue(0); // slice_qp_delta
	for (let at = 0; at < columns * rows; at++) {
		bits.ue(I_PCM);
		bits.align();
		const [left, top] = [(at % columns) * MACROBLOCK, Math.floor(at / columns) * MACROBLOCK];
		for (let sample = 0; sample < MACROBLOCK ** 2; sample++) {
			bits.write(luma(left + (sample % MACROBLOCK), top + Math.floor(sample / MACROBLOCK)), 8);
		}
		for (let sample = 0; sample < 128; sample++) bits.write(128, 8);
	}
	return bits.nal(isIdr ? 0x65 : 0x61);
}

/** Bits of one NAL unit, whose bytes need no emulation prevention: the samples are never near zero. */
class Bits {
	#text = '';

	write(value: number, count: number): void {
		this.#text += value.toString(2).padStart(count, '0');
	}

	ue(value: number): void {
		const digits = (value + 1).toString(2);
		this.#text += digits.padStart(2 * digits.length - 1, '0');
	}

	align(): void {
		this.#text = this.#text.padEnd(Math.ceil(this.#text.length / 8) * 8, '0');
	}

	nal(header: number): Uint8Array {
		this.#text += '1';
		this.align();
		const bytes = this.#text.match(/.{8}/g) ?? [];
		return Uint8Array.from([header, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
	}
}
