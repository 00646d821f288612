import { MediaError } from '../errors/media-error.ts';
import { BitReader } from './bit-reader.ts';
import { skipScalingLists } from './sps-fields.ts';

/** What a picture parameter set says that the header of a slice cannot be read without. */
export interface Pps {
	readonly id: number;
	readonly spsId: number;
	/** bottom_field_pic_order_in_frame_present_flag */
	readonly hasBottomOrder: boolean;
	/** redundant_pic_cnt_present_flag */
	readonly hasRedundant: boolean;
	/** num_ref_idx_l0_default_active_minus1 + 1, and that of list 1. */
	readonly refCounts: readonly [number, number];
	readonly weightedPred: boolean;
	readonly weightedBipredIdc: number;
	/** What is wrong with it behind its two numbers: decoders may still do with it. */
	readonly damage: string | undefined;
}

/** Reads a PPS (ISO/IEC 14496-10 7.3.2.2). Throws MediaError 'bad-pps' only where it does not tell its numbers. */
export function parsePps(nal: Uint8Array): Pps {
	const read = new BitReader(nal, 'bad-pps');
	const id = read.ue('pic_parameter_set_id', 255);
	const spsId = read.ue('seq_parameter_set_id', 31);
	try {
		return { id, spsId, ...readRest(read), damage: undefined };
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		const unknown = { hasBottomOrder: false, hasRedundant: false, refCounts: [1, 1] as const };
		return { id, spsId, ...unknown, weightedPred: false, weightedBipredIdc: 0, damage: thrown.message };
	}
}

function readRest(read: BitReader): Omit<Pps, 'id' | 'spsId' | 'damage'> {
	read.flag('entropy_coding_mode_flag');
	const hasBottomOrder = read.flag('bottom_field_pic_order_in_frame_present_flag');
	const groups = read.ue('num_slice_groups_minus1', 7);
	if (groups > 0) skipSliceGroups(read, groups);
	const refCounts = [1 + read.ue('num_ref_idx_l0', 31), 1 + read.ue('num_ref_idx_l1', 31)] as const;
	const weightedPred = read.flag('weighted_pred_flag');
	const weightedBipredIdc = read.bits('weighted_bipred_idc', 2);
	read.se('pic_init_qp_minus26');
	read.se('pic_init_qs_minus26');
	read.se('chroma_qp_index_offset');
	read.bits('deblocking_filter_control_present_flag and constrained_intra_pred_flag', 2);
	const hasRedundant = read.flag('redundant_pic_cnt_present_flag');
	if (read.hasMore) skipHighProfile(read);
	if (!read.hasEnd) throw read.error('was cut off');
	return { hasBottomOrder, hasRedundant, refCounts, weightedPred, weightedBipredIdc };
}

function skipHighProfile(read: BitReader): void {
	const hasLargeTransform = read.flag('transform_8x8_mode_flag');
	// With 4:4:4 there are more of them, which only the SPS tells: nothing behind them matters here.
	if (read.flag('pic_scaling_matrix_present_flag')) skipScalingLists(read, hasLargeTransform ? 8 : 6);
	else read.se('second_chroma_qp_index_offset');
}

function skipSliceGroups(read: BitReader, last: number): void {
	const mapType = read.ue('slice_group_map_type', 6);
	if (mapType === 0) for (let group = 0; group <= last; group++) read.ue('run_length_minus1');
	else if (mapType === 2) for (let group = 0; group < 2 * last; group++) read.ue('top_left and bottom_right');
	else if (mapType === 6) {
		const units = read.ue('pic_size_in_map_units_minus1', 1 << 20) + 1;
		const bits = Math.ceil(Math.log2(last + 1));
		for (let unit = 0; unit < units; unit++) read.bits('slice_group_id', bits);
	} else if (mapType >= 3) {
		read.flag('slice_group_change_direction_flag');
		read.ue('slice_group_change_rate_minus1');
	}
}
