import { MediaError } from '../errors/media-error.ts';
import { BitReader } from './bit-reader.ts';
import { NAL, nalType } from './nal.ts';
import type { ParameterSets } from './parameter-sets.ts';
import type { Pps } from './pps.ts';
import { resetsOrder } from './reference-marking.ts';
import type { Sps } from './sps.ts';

/** So much of a slice is its header with the longest tables of weights. */
const LONG_HEAD_BYTES = 512;
/** So much is enough for the fields before those tables. */
export const SHORT_HEAD_BYTES = 48;

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

type Writable<Facts> = { -readonly [Name in keyof Facts]: Facts[Name] };

const NO_DELTAS = [0, 0] as const;

/**
 * Undefined for what is no beginning of a slice, whose parameter sets are not known, or which makes no sense. Only `toMarking`
 * is `resetsOrder` looked for, which stands far behind the rest.
 */
export function readSliceHeader(nal: Uint8Array, sets: ParameterSets, toMarking = false): SliceHeader | undefined {
	const type = nalType(nal);
	if (type !== NAL.slice && type !== NAL.partitionA && type !== NAL.idr) return undefined;
	try {
		return readFields(nal, sets, toMarking);
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

function readFields(nal: Uint8Array, sets: ParameterSets, toMarking: boolean): SliceHeader | undefined {
	const isIdr = nalType(nal) === NAL.idr;
	const refIdc = ((nal[0] ?? 0) >> 5) & 3;
	// Only what other pictures refer to has a marking, and an IDR picture has another one.
	const canReset = toMarking && refIdc > 0 && !isIdr;
	const read = new BitReader(nal.subarray(0, canReset ? LONG_HEAD_BYTES : SHORT_HEAD_BYTES), 'bad-slice');
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
	const header: Writable<SliceHeader> = {
		sps,
		pps,
		refIdc,
		isIdr,
		firstMacroblock,
		type,
		frameNum,
		isField,
		isBottom,
		idrPicId,
		orderLsb: 0,
		orderDeltaBottom: 0,
		orderDeltas: NO_DELTAS,
		redundantCount: 0,
		resetsOrder: false,
	};
	readOrder(read, header, pps.hasBottomOrder && !isField);
	if (pps.hasRedundant) header.redundantCount = read.ue('redundant_pic_cnt', 127);
	header.resetsOrder = canReset && sps.pocType !== 2 && resetsOrder(read, header);
	return header;
}

function readOrder(read: BitReader, header: Writable<SliceHeader>, hasBottom: boolean): void {
	const { orderCoding } = header.sps;
	if (orderCoding.type === 0) {
		header.orderLsb = read.bits('pic_order_cnt_lsb', orderCoding.lsbBits);
		if (hasBottom) header.orderDeltaBottom = read.se('delta_pic_order_cnt_bottom');
	} else if (orderCoding.type === 1 && !orderCoding.deltasAreZero) {
		const first = read.se('delta_pic_order_cnt[0]');
		header.orderDeltas = [first, hasBottom ? read.se('delta_pic_order_cnt[1]') : 0];
	}
}
