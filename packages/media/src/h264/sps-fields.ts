import type { BitReader } from './bit-reader.ts';

/** What an SPS says about colour planes (ISO/IEC 14496-10 7.3.2.1.1). */
export interface Chroma {
	readonly formatIdc: number;
	readonly separatePlanes: boolean;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
}

/** Of profiles that have no fields about it. */
export const PLAIN_CHROMA: Chroma = { formatIdc: 1, separatePlanes: false, bitDepthLuma: 8, bitDepthChroma: 8 };

/** How the order in which pictures are shown is coded (8.2.1). */
export type OrderCoding =
	| { readonly type: 0; readonly lsbBits: number }
	| {
			readonly type: 1;
			readonly deltasAreZero: boolean;
			readonly offsetForNonRef: number;
			readonly offsetTopToBottom: number;
			readonly offsetsForRef: readonly number[];
	  }
	| { readonly type: 2 };

/** A.3.1 f, g: the square root of eight times the largest frame of level 6.2. */
const MAX_SIDE_IN_MBS = 1055;

export function readChroma(read: BitReader): Chroma {
	const formatIdc = read.ue('chroma_format_idc', 3);
	const separatePlanes = formatIdc === 3 && read.flag('separate_colour_plane_flag');
	const bitDepthLuma = 8 + read.ue('bit_depth_luma_minus8', 6);
	const bitDepthChroma = 8 + read.ue('bit_depth_chroma_minus8', 6);
	read.flag('qpprime_y_zero_transform_bypass_flag');
	if (read.flag('seq_scaling_matrix_present_flag')) skipScalingLists(read, formatIdc === 3 ? 12 : 8);
	return { formatIdc, separatePlanes, bitDepthLuma, bitDepthChroma };
}

export function skipScalingLists(read: BitReader, count: number): void {
	for (let list = 0; list < count; list++) {
		if (read.flag('scaling_list_present_flag')) skipScalingList(read, list < 6 ? 16 : 64);
	}
}

/** 7.3.2.1.1.1: the list is over where the next scale would be 0. */
function skipScalingList(read: BitReader, size: number): void {
	let scale = 8;
	for (let index = 0; index < size && scale !== 0; index++) scale = (scale + read.se('delta_scale') + 256) & 0xff;
}

export function readOrderCoding(read: BitReader): OrderCoding {
	const type = read.ue('pic_order_cnt_type', 2);
	if (type === 0) return { type, lsbBits: 4 + read.ue('log2_max_pic_order_cnt_lsb_minus4', 12) };
	if (type === 2) return { type };
	const deltasAreZero = read.flag('delta_pic_order_always_zero_flag');
	const offsetForNonRef = read.se('offset_for_non_ref_pic');
	const offsetTopToBottom = read.se('offset_for_top_to_bottom_field');
	const count = read.ue('num_ref_frames_in_pic_order_cnt_cycle', 255);
	const offsetsForRef: number[] = [];
	for (let index = 0; index < count; index++) offsetsForRef.push(read.se('offset_for_ref_frame'));
	return { type: 1, deltasAreZero, offsetForNonRef, offsetTopToBottom, offsetsForRef };
}

/** The size of what is shown, and of what is coded in macroblocks. */
export function readSize(read: BitReader, { formatIdc, separatePlanes }: Chroma) {
	const columns = read.ue('pic_width_in_mbs_minus1', MAX_SIDE_IN_MBS - 1) + 1;
	const units = read.ue('pic_height_in_map_units_minus1', MAX_SIDE_IN_MBS - 1) + 1;
	const frameMbsOnly = read.flag('frame_mbs_only_flag');
	if (!frameMbsOnly) read.flag('mb_adaptive_frame_field_flag');
	read.flag('direct_8x8_inference_flag');
	const rows = frameMbsOnly ? units : 2 * units;
	let width = columns * 16;
	let height = rows * 16;
	if (read.flag('frame_cropping_flag')) {
		const hasHalfWidth = !separatePlanes && (formatIdc === 1 || formatIdc === 2);
		const unitX = hasHalfWidth ? 2 : 1;
		const unitY = (formatIdc === 1 ? 2 : 1) * (frameMbsOnly ? 1 : 2);
		width -= unitX * (read.ue('frame_crop_left_offset') + read.ue('frame_crop_right_offset'));
		height -= unitY * (read.ue('frame_crop_top_offset') + read.ue('frame_crop_bottom_offset'));
		if (width <= 0 || height <= 0) throw read.error('crops all of the picture in frame_crop_offsets');
	}
	return { width, height, frameMbsOnly, macroblocks: columns * rows };
}
