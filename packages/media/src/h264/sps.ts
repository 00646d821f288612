import { BitReader } from './bit-reader.ts';
import { maxBufferedFrames } from './level.ts';
import { readVui } from './vui.ts';

/** What a sequence parameter set says that somebody between camera and screen needs to know. */
export interface Sps {
	readonly id: number;
	readonly profileIdc: number;
	/** constraint_set0_flag (the highest bit) to constraint_set5_flag and two zeros. */
	readonly constraintFlags: number;
	readonly levelIdc: number;
	/** For browsers: `avc1.42C01E` (RFC 6381 3.3). */
	readonly codec: string;
	/** Of the pictures as shown, in pixels: what encoders add to fill macroblocks is cropped. */
	readonly width: number;
	readonly height: number;
	/** 1 is 4:2:0, the only one that all browsers show. */
	readonly chromaFormatIdc: number;
	/** Of luma and chroma: 8, or browsers show nothing. */
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
	/** False for interlaced streams. */
	readonly frameMbsOnly: boolean;
	/** pic_order_cnt_type: with 2, pictures are shown in the order in which they are sent. */
	readonly pocType: number;
	readonly maxNumRefFrames: number;
	/** How many pictures may be sent before one that is shown earlier: so many a decoder holds back. Inferred as in E.2.1. */
	readonly maxNumReorderFrames: number;
	readonly maxDecFrameBuffering: number;
	/** Samples use 0 to 255, not 16 to 235. */
	readonly fullRange: boolean;
	/** As the camera claims; undefined if it does not. */
	readonly framesPerSecond: number | undefined;
}

/** Those that carry chroma_format_idc and what follows it (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Those that promise with constraint_set3_flag that no picture refers to another (E.2.1, max_num_reorder_frames). */
const INTRA_PROFILES = new Set([44, 86, 100, 110, 122, 244]);
/** A.3.1 f, g: the square root of eight times the largest frame of level 6.2. */
const MAX_SIDE_IN_MBS = 1055;

/** Reads an SPS (ISO/IEC 14496-10 7.3.2.1.1), header byte included. Throws MediaError 'bad-sps' that names the field. */
export function parseSps(nal: Uint8Array): Sps {
	const read = new BitReader(nal, 'bad-sps');
	const profileIdc = read.bits('profile_idc', 8);
	const constraintFlags = read.bits('constraint_set_flags', 8);
	const levelIdc = read.bits('level_idc', 8);
	const id = read.ue('seq_parameter_set_id', 31);
	const chroma = HIGH_PROFILES.has(profileIdc) ? readChroma(read) : PLAIN_CHROMA;
	read.ue('log2_max_frame_num_minus4', 12);
	const pocType = readPictureOrder(read);
	const maxNumRefFrames = read.ue('max_num_ref_frames', 16);
	read.flag('gaps_in_frame_num_value_allowed_flag');
	const { macroblocks, frameMbsOnly, ...size } = readSize(read, chroma);
	const vui = read.flag('vui_parameters_present_flag') ? readVui(read) : undefined;
	const inferred =
		INTRA_PROFILES.has(profileIdc) && (constraintFlags & 0x10) !== 0 ? 0 : maxBufferedFrames(levelIdc, macroblocks);
	return {
		...{ id, profileIdc, constraintFlags, levelIdc, codec: codecString(nal), ...size, frameMbsOnly, pocType },
		chromaFormatIdc: chroma.formatIdc,
		bitDepthLuma: chroma.bitDepthLuma,
		bitDepthChroma: chroma.bitDepthChroma,
		maxNumRefFrames,
		maxNumReorderFrames: pocType === 2 ? 0 : (vui?.maxNumReorderFrames ?? inferred),
		maxDecFrameBuffering: vui?.maxDecFrameBuffering ?? inferred,
		fullRange: vui?.fullRange ?? false,
		framesPerSecond: vui?.framesPerSecond,
	};
}

/** `avc1.` and profile, constraints and level of an SPS in hexadecimal (RFC 6381 3.3). */
export function codecString(sps: Uint8Array): string {
	const digits = Array.from(sps.subarray(1, 4), (byte) => byte.toString(16).padStart(2, '0'));
	return `avc1.${digits.join('').toUpperCase()}`;
}

interface Chroma {
	readonly formatIdc: number;
	readonly separatePlanes: boolean;
	readonly bitDepthLuma: number;
	readonly bitDepthChroma: number;
}

const PLAIN_CHROMA: Chroma = { formatIdc: 1, separatePlanes: false, bitDepthLuma: 8, bitDepthChroma: 8 };

function readChroma(read: BitReader): Chroma {
	const formatIdc = read.ue('chroma_format_idc', 3);
	const separatePlanes = formatIdc === 3 && read.flag('separate_colour_plane_flag');
	const bitDepthLuma = 8 + read.ue('bit_depth_luma_minus8', 6);
	const bitDepthChroma = 8 + read.ue('bit_depth_chroma_minus8', 6);
	read.flag('qpprime_y_zero_transform_bypass_flag');
	if (read.flag('seq_scaling_matrix_present_flag')) {
		for (let list = 0; list < (formatIdc === 3 ? 12 : 8); list++) {
			if (read.flag('seq_scaling_list_present_flag')) skipScalingList(read, list < 6 ? 16 : 64);
		}
	}
	return { formatIdc, separatePlanes, bitDepthLuma, bitDepthChroma };
}

/** 7.3.2.1.1.1: the list is over where the next scale would be 0. */
function skipScalingList(read: BitReader, size: number): void {
	let scale = 8;
	for (let index = 0; index < size && scale !== 0; index++) scale = (scale + read.se('delta_scale') + 256) & 0xff;
}

function readPictureOrder(read: BitReader): number {
	const type = read.ue('pic_order_cnt_type', 2);
	if (type === 0) read.ue('log2_max_pic_order_cnt_lsb_minus4', 12);
	if (type !== 1) return type;
	read.flag('delta_pic_order_always_zero_flag');
	read.se('offset_for_non_ref_pic');
	read.se('offset_for_top_to_bottom_field');
	const count = read.ue('num_ref_frames_in_pic_order_cnt_cycle', 255);
	for (let index = 0; index < count; index++) read.se('offset_for_ref_frame');
	return type;
}

function readSize(read: BitReader, { formatIdc, separatePlanes }: Chroma) {
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
