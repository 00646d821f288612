import { levelFor } from '@oriel/media';
import { BitWriter } from './bit-writer.ts';

/** Of the slices at their beginning; every macroblock may change it. */
export const FIRST_QUANTISER = 28;
/** What the quantiser of chroma is away from that of luma: see `flat.ts` for why. */
export const CHROMA_OFFSET = -6;
export const FRAME_NUM_BITS = 8;

const SPS_HEADER = 0x67;
const PPS_HEADER = 0x68;
const BASELINE = 66;
/** constraint_set0 and 1: Constrained Baseline, which every browser and every phone decodes. */
const CONSTRAINTS = 0xc0;
/** 3.0: lower levels are for streams of less than 10 Mbit/s, which what is written without loss need not be. */
const LEAST_LEVEL = 30;
/** video_format: unspecified. */
const UNSPECIFIED = 5;
/** colour_primaries, transfer_characteristics, matrix_coefficients: sRGB light, and the matrix that JPEG uses (E.2.1). */
const COLOURS = [1, 13, 6];

/** The size of what a writer writes, in pixels. */
export interface Shape {
	readonly width: number;
	readonly height: number;
	readonly framesPerSecond: number;
}

/** ISO/IEC 14496-10 7.3.2.1.1: one reference picture, output in the order of decoding, nothing held back. */
export function spsOf({ width, height, framesPerSecond }: Shape): Uint8Array {
	const bits = new BitWriter(128);
	const columns = Math.ceil(width / 16);
	const rows = Math.ceil(height / 16);
	const level = Math.max(LEAST_LEVEL, levelFor(columns * rows, framesPerSecond));
	for (const byte of [BASELINE, CONSTRAINTS, level]) bits.write(byte, 8);
	bits.ue(0); // seq_parameter_set_id
	bits.ue(FRAME_NUM_BITS - 4); // log2_max_frame_num_minus4
	bits.ue(2); // pic_order_cnt_type
	bits.ue(1); // max_num_ref_frames
	bits.write(0, 1); // gaps_in_frame_num_value_allowed_flag
	bits.ue(columns - 1);
	bits.ue(rows - 1);
	bits.write(0b11, 2); // frame_mbs_only_flag, direct_8x8_inference_flag
	writeCropping(bits, (columns * 16 - width) / 2, (rows * 16 - height) / 2);
	bits.write(1, 1); // vui_parameters_present_flag
	writeVui(bits, framesPerSecond);
	return bits.finish(SPS_HEADER);
}

function writeCropping(bits: BitWriter, right: number, bottom: number): void {
	const isCropped = right > 0 || bottom > 0;
	bits.write(isCropped ? 1 : 0, 1);
	if (isCropped) for (const offset of [0, right, 0, bottom]) bits.ue(offset);
}

/** E.1.1. Pictures are in full range, as JPEG has them. */
function writeVui(bits: BitWriter, framesPerSecond: number): void {
	bits.write(0b00_1, 3); // aspect ratio and overscan left open, video_signal_type_present_flag
	bits.write(UNSPECIFIED, 3);
	bits.write(0b11, 2); // video_full_range_flag, colour_description_present_flag
	for (const colour of COLOURS) bits.write(colour, 8);
	bits.write(0b0_1, 2); // chroma_loc_info_present_flag, timing_info_present_flag
	writeWord(bits, 1000); // num_units_in_tick: half a frame
	writeWord(bits, Math.round(2000 * framesPerSecond)); // time_scale
	bits.write(0b0_0_0_0_1, 5); // no fixed rate, no HRD twice, no pic_struct; bitstream_restriction_flag
	bits.write(1, 1); // motion_vectors_over_pic_boundaries_flag
	// Two denominators (no limit), two lengths of motion vectors, max_num_reorder_frames, max_dec_frame_buffering
	for (const number of [0, 0, 0, 0, 0, 1]) bits.ue(number);
}

function writeWord(bits: BitWriter, value: number): void {
	bits.write(value >>> 16, 16);
	bits.write(value & 0xffff, 16);
}

/** 7.3.2.2: CAVLC, no weights, no deblocking unless a slice says so. */
export function ppsOf(): Uint8Array {
	const bits = new BitWriter(16);
	bits.ue(0); // pic_parameter_set_id
	bits.ue(0); // seq_parameter_set_id
	bits.write(0b00, 2); // entropy_coding_mode_flag, bottom_field_pic_order_in_frame_present_flag
	for (const number of [0, 0, 0]) bits.ue(number); // one slice group, one reference picture in both lists
	bits.write(0b0_00, 3); // weighted_pred_flag, weighted_bipred_idc
	bits.se(FIRST_QUANTISER - 26);
	bits.se(0); // pic_init_qs_minus26
	bits.se(CHROMA_OFFSET);
	bits.write(0b1_0_0, 3); // deblocking_filter_control_present_flag, no constrained_intra_pred, no redundant pictures
	return bits.finish(PPS_HEADER);
}
