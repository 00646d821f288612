import { MediaError } from '../errors/media-error.ts';
import type { BitReader } from './bit-reader.ts';
import { SLICE } from './nal.ts';
import type { Pps } from './pps.ts';
import type { Sps } from './sps.ts';

/** What the rest of a slice header depends on. */
interface Slice {
	readonly sps: Sps;
	readonly pps: Pps;
	readonly type: number;
	readonly isField: boolean;
}

/** How many numbers follow each memory_management_control_operation (ISO/IEC 14496-10 7.3.3.3). */
const OPERANDS: readonly number[] = [0, 1, 1, 2, 1, 0, 1];
const FORGET_ALL = 5;
/** More than the 16 frames, as fields, that there are to manage: such a header makes no sense. */
const MAX_OPERATIONS = 66;

/**
 * Whether the slice tells decoders to forget all pictures (operation 5), after which they are counted as behind an IDR.
 * `read` stands behind redundant_pic_cnt of a slice that is no IDR. False where the header cannot be read to there.
 */
export function resetsOrder(read: BitReader, slice: Slice): boolean {
	try {
		return readToMarking(read, slice);
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return false;
	}
}

function readToMarking(read: BitReader, slice: Slice): boolean {
	const { type, pps } = slice;
	const isB = type === SLICE.b;
	const isP = type === SLICE.p || type === SLICE.sp;
	if (isB) read.flag('direct_spatial_mv_pred_flag');
	const counts = isB || isP ? readRefCounts(read, isB, pps) : [];
	for (const _ of counts) skipListModification(read);
	if ((pps.weightedPred && isP) || (pps.weightedBipredIdc === 1 && isB)) skipWeights(read, slice, counts);
	if (!read.flag('adaptive_ref_pic_marking_mode_flag')) return false;
	return findForgetAll(read);
}

/** How many pictures each list of references has: one list for P, two for B. */
function readRefCounts(read: BitReader, isB: boolean, { refCounts }: Pps): number[] {
	const isOverridden = read.flag('num_ref_idx_active_override_flag');
	const first = isOverridden ? 1 + read.ue('num_ref_idx_l0_active_minus1', 31) : refCounts[0];
	if (!isB) return [first];
	return [first, isOverridden ? 1 + read.ue('num_ref_idx_l1_active_minus1', 31) : refCounts[1]];
}

/** 7.3.3.1 */
function skipListModification(read: BitReader): void {
	if (!read.flag('ref_pic_list_modification_flag')) return;
	for (let count = 0; count < MAX_OPERATIONS; count++) {
		if (read.ue('modification_of_pic_nums_idc', 5) === 3) return;
		read.ue('abs_diff_pic_num_minus1');
	}
	throw read.error('has too many modifications of its list of references');
}

/** 7.3.3.2 */
function skipWeights(read: BitReader, { sps }: Slice, counts: readonly number[]): void {
	const hasChroma = sps.chromaFormatIdc > 0 && !sps.separatePlanes;
	read.ue('luma_log2_weight_denom', 7);
	if (hasChroma) read.ue('chroma_log2_weight_denom', 7);
	for (const count of counts) {
		for (let index = 0; index < count; index++) {
			if (read.flag('luma_weight_flag')) skipNumbers(read, 2);
			if (hasChroma && read.flag('chroma_weight_flag')) skipNumbers(read, 4);
		}
	}
}

function skipNumbers(read: BitReader, count: number): void {
	for (let index = 0; index < count; index++) read.se('a weight or offset');
}

/** 7.3.3.3 */
function findForgetAll(read: BitReader): boolean {
	for (let count = 0; count < MAX_OPERATIONS; count++) {
		const operation = read.ue('memory_management_control_operation', 6);
		if (operation === FORGET_ALL || operation === 0) return operation === FORGET_ALL;
		for (let operand = 0; operand < (OPERANDS[operation] ?? 0); operand++) read.ue('an operand of marking');
	}
	return false;
}
