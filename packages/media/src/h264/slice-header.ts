import { MediaError } from '../errors/media-error.ts';
import { BitReader } from './bit-reader.ts';
import { NAL, nalType } from './nal.ts';
import type { ParameterSets } from './parameter-sets.ts';
import type { Pps } from './pps.ts';
import { resetsOrder } from './reference-marking.ts';
import type { Sps } from './sps.ts';

/** So much of a slice is looked at: its header with the longest tables of weights. */
const SLICE_HEAD_BYTES = 512;
/** So much is enough for the fields before those tables. */
export const SHORT_HEAD_BYTES = 64;

/** What the header of a slice says about the picture that it belongs to (ISO/IEC 14496-10 7.3.3). */
export interface SliceHeader {
	readonly sps: Sps;
	readonly pps: Pps;
	/** nal_ref_idc: 0 if no other picture refers to it. */
	readonly refIdc: number;
	readonly isIdr: boolean;
	readonly firstMacroblock: number;
	/** One of SLICE. */
	readonly type: number;
	readonly frameNum: number;
	readonly isField: boolean;
	readonly isBottom: boolean;
	readonly idrPicId: number;
	readonly orderLsb: number;
	readonly orderDeltaBottom: number;
	readonly orderDeltas: readonly [number, number];
	readonly redundantCount: number;
	/** memory_management_control_operation 5: pictures are counted as after an IDR. */
	readonly resetsOrder: boolean;
}

/** Undefined for what is no beginning of a slice, whose parameter sets are not known, or which makes no sense. */
export function readSliceHeader(nal: Uint8Array, sets: ParameterSets): SliceHeader | undefined {
	const type = nalType(nal);
	if (type !== NAL.slice && type !== NAL.partitionA && type !== NAL.idr) return undefined;
	try {
		return readFields(nal, sets);
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return undefined;
	}
}

/** The number of the PPS that a slice refers to; undefined if it does not get so far. */
export function ppsIdOf(slice: Uint8Array): number | undefined {
	try {
		const read = new BitReader(slice.subarray(0, SHORT_HEAD_BYTES), 'bad-slice');
		read.ue('first_mb_in_slice');
		read.ue('slice_type', 9);
		return read.ue('pic_parameter_set_id', 255);
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return undefined;
	}
}

function readFields(nal: Uint8Array, sets: ParameterSets): SliceHeader | undefined {
	const isIdr = nalType(nal) === NAL.idr;
	const refIdc = ((nal[0] ?? 0) >> 5) & 3;
	// Only what other pictures refer to has the field at the far end that matters.
	const read = new BitReader(nal.subarray(0, refIdc > 0 && !isIdr ? SLICE_HEAD_BYTES : SHORT_HEAD_BYTES), 'bad-slice');
	const firstMacroblock = read.ue('first_mb_in_slice');
	const type = read.ue('slice_type', 9) % 5;
	const pps = sets.pps(read.ue('pic_parameter_set_id', 255));
	const sps = pps && sets.sps(pps.spsId);
	if (!sps) return undefined;
	if (sps.separatePlanes) read.bits('colour_plane_id', 2);
	const frameNum = read.bits('frame_num', sps.frameNumBits);
	const isField = !sps.frameMbsOnly && read.flag('field_pic_flag');
	const isBottom = isField && read.flag('bottom_field_flag');
	const idrPicId = isIdr ? read.ue('idr_pic_id', 65_535) : 0;
	const order = readOrder(read, sps, pps.hasBottomOrder && !isField);
	const redundantCount = pps.hasRedundant ? read.ue('redundant_pic_cnt', 127) : 0;
	const header = { sps, pps, refIdc, isIdr, firstMacroblock, type, frameNum, isField, isBottom, idrPicId, ...order };
	const canReset = refIdc > 0 && !isIdr && sps.pocType !== 2;
	return { ...header, redundantCount, resetsOrder: canReset && resetsOrder(read, header) };
}

function readOrder(read: BitReader, { orderCoding }: Sps, hasBottom: boolean) {
	const order = { orderLsb: 0, orderDeltaBottom: 0, orderDeltas: [0, 0] as [number, number] };
	if (orderCoding.type === 0) {
		order.orderLsb = read.bits('pic_order_cnt_lsb', orderCoding.lsbBits);
		if (hasBottom) order.orderDeltaBottom = read.se('delta_pic_order_cnt_bottom');
	} else if (orderCoding.type === 1 && !orderCoding.deltasAreZero) {
		order.orderDeltas[0] = read.se('delta_pic_order_cnt[0]');
		if (hasBottom) order.orderDeltas[1] = read.se('delta_pic_order_cnt[1]');
	}
	return order;
}
