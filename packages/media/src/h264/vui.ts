import { MediaError } from '../errors/media-error.ts';
import type { BitReader } from './bit-reader.ts';
import { type PixelAspect, readPixelAspect } from './pixel-aspect.ts';

/** What the VUI of an SPS says about output and time (ISO/IEC 14496-10 E.1.1); undefined is what it leaves open. */
export interface Vui {
	pixelAspect?: PixelAspect | undefined;
	fullRange?: boolean;
	framesPerSecond?: number | undefined;
	maxNumReorderFrames?: number;
	maxDecFrameBuffering?: number;
	/** What is wrong with it: the fields before are known, those behind are not. */
	damage?: string;
}

/**
 * Reads vui_parameters(). All in it is optional, and encoders have been seen to write it wrong or cut it off: decoders
 * play such streams, so it never throws, and keeps what came before the damage.
 */
export function readVui(read: BitReader): Vui {
	const vui: Vui = {};
	try {
		readFields(read, vui);
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		vui.damage = thrown.message;
	}
	return vui;
}

function readFields(read: BitReader, vui: Vui): void {
	if (read.flag('aspect_ratio_info_present_flag')) vui.pixelAspect = readPixelAspect(read);
	if (read.flag('overscan_info_present_flag')) read.flag('overscan_appropriate_flag');
	if (read.flag('video_signal_type_present_flag')) vui.fullRange = readSignalType(read);
	if (read.flag('chroma_loc_info_present_flag')) {
		read.ue('chroma_sample_loc_type_top_field', 5);
		read.ue('chroma_sample_loc_type_bottom_field', 5);
	}
	if (read.flag('timing_info_present_flag')) vui.framesPerSecond = readTiming(read);
	skipHypotheticalDecoders(read);
	read.flag('pic_struct_present_flag');
	if (read.flag('bitstream_restriction_flag')) readRestriction(read, vui);
}

/** video_full_range_flag */
function readSignalType(read: BitReader): boolean {
	read.bits('video_format', 3);
	const fullRange = read.flag('video_full_range_flag');
	if (read.flag('colour_description_present_flag')) read.bits('colour_description', 24);
	return fullRange;
}

/** E.2.1: a tick is half a frame. A rate without sense is no rate: cameras write zeros here. */
function readTiming(read: BitReader): number | undefined {
	const unitsInTick = read.bits('num_units_in_tick', 32);
	const timeScale = read.bits('time_scale', 32);
	read.flag('fixed_frame_rate_flag');
	return unitsInTick > 0 && timeScale > 0 ? timeScale / (2 * unitsInTick) : undefined;
}

function skipHypotheticalDecoders(read: BitReader): void {
	const forNals = read.flag('nal_hrd_parameters_present_flag');
	if (forNals) skipHypotheticalDecoder(read);
	const forSlices = read.flag('vcl_hrd_parameters_present_flag');
	if (forSlices) skipHypotheticalDecoder(read);
	if (forNals || forSlices) read.flag('low_delay_hrd_flag');
}

/** E.1.2 hrd_parameters() */
function skipHypotheticalDecoder(read: BitReader): void {
	const count = read.ue('cpb_cnt_minus1', 31) + 1;
	read.bits('bit_rate_scale and cpb_size_scale', 8);
	for (let index = 0; index < count; index++) {
		read.ue('bit_rate_value_minus1');
		read.ue('cpb_size_value_minus1');
		read.flag('cbr_flag');
	}
	read.bits('the lengths of the delays', 20);
}

function readRestriction(read: BitReader, vui: Vui): void {
	read.flag('motion_vectors_over_pic_boundaries_flag');
	read.ue('max_bytes_per_pic_denom', 16);
	read.ue('max_bits_per_mb_denom', 16);
	read.ue('log2_max_mv_length_horizontal', 32);
	read.ue('log2_max_mv_length_vertical', 32);
	vui.maxNumReorderFrames = read.ue('max_num_reorder_frames', 16);
	vui.maxDecFrameBuffering = read.ue('max_dec_frame_buffering', 16);
}
