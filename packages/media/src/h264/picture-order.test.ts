import { BitWriter, ppsOf, spsOf } from '@oriel/testcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nalUnitsOf } from './annexb.ts';
import { ParameterSets } from './parameter-sets.ts';
import { PictureOrder } from './picture-order.ts';
import { readSliceHeader, type SliceHeader } from './slice-header.ts';
import type { Sps } from './sps.ts';
import type { OrderCoding } from './sps-fields.ts';

const sets = new ParameterSets();
for (const nal of [spsOf({ width: 64, height: 64, framesPerSecond: 10 }), ppsOf()]) sets.add(nal);
const [IDR] = [header(0, true)];
const BY_LSB: OrderCoding = { type: 0, lsbBits: 4 };
const CYCLE = {
	type: 1,
	deltasAreZero: true,
	offsetForNonRef: -1,
	offsetTopToBottom: 1,
	offsetsForRef: [2, 4],
} as const;

function header(frameNum: number, isKey: boolean): SliceHeader {
	const bits = new BitWriter(16);
	for (const number of [0, isKey ? 7 : 5, 0]) bits.ue(number);
	bits.write(frameNum, 8);
	if (isKey) bits.ue(0);
	bits.write(0x55, 8);
	const read = readSliceHeader(bits.finish(isKey ? 0x65 : 0x41), sets);
	if (!read) throw new Error('no header');
	return read;
}

/** The header of a frame, but for what `changes` says. */
function frame(
	orderCoding: OrderCoding,
	changes: Partial<SliceHeader> & { readonly frameNumBits?: number } = {},
): SliceHeader {
	const { frameNumBits = 4, ...rest } = changes;
	const sps: Sps = { ...(IDR?.sps ?? fail()), orderCoding, frameNumBits };
	return { ...(IDR ?? fail()), sps, isIdr: false, ...rest };
}

function fail(): never {
	throw new Error('no header');
}

function counts(order: PictureOrder, headers: readonly SliceHeader[]): (number | undefined)[] {
	return headers.map((one) => order.next([one])?.count);
}

describe('readSliceHeader', () => {
	it('reads what tells pictures apart', () => {
		expect(header(7, false)).toMatchObject({ frameNum: 7, isIdr: false, type: 0, refIdc: 2, isField: false });
		expect(header(0, true)).toMatchObject({ frameNum: 0, isIdr: true, type: 2, refIdc: 3, resetsOrder: false });
	});

	it('gives nothing for slices whose sets are not known, units that are none, and what makes no sense', () => {
		for (const nal of [[0x65, 0x80], [0x67, 1, 2], [0x65], [0x43, 0x88, 1], []]) {
			expect(readSliceHeader(Uint8Array.from(nal), sets)).toBeUndefined();
		}
		expect(readSliceHeader(Uint8Array.of(0x65, 0xb8, 1, 0x80), new ParameterSets())).toBeUndefined();
	});
});

describe('PictureOrder by the low bits of counts', () => {
	it('goes on where they wrap, forwards and backwards', () => {
		const lsbs = [0, 8, 4, 2, 6, 0, 12, 10, 14, 8, 4, 2];
		const wanted = [0, 8, 4, 2, 6, 16, 12, 10, 14, 24, 20, 18];
		const isReference = (index: number) => [0, 1, 5, 9].includes(index);
		const headers = lsbs.map((orderLsb, index) =>
			frame(BY_LSB, { orderLsb, isIdr: index === 0, refIdc: isReference(index) ? 1 : 0 }),
		);
		expect(counts(new PictureOrder(), headers)).toEqual(wanted);
	});

	it('begins again with an IDR picture, and where all pictures are to be forgotten', () => {
		const order = new PictureOrder();
		expect(order.next([frame(BY_LSB, { orderLsb: 6 })])).toEqual({ count: 6, restarts: false });
		expect(order.next([frame(BY_LSB, { orderLsb: 0, isIdr: true })])).toEqual({ count: 0, restarts: true });
		expect(order.next([frame(BY_LSB, { orderLsb: 10, resetsOrder: true })])).toEqual({ count: 0, restarts: true });
		expect(order.next([frame(BY_LSB, { orderLsb: 4 })])).toEqual({ count: 4, restarts: false });
	});

	it('is that of the earlier of two fields', () => {
		const order = new PictureOrder();
		const top = frame(BY_LSB, { orderLsb: 5, isField: true });
		const bottom = frame(BY_LSB, { orderLsb: 4, isField: true, isBottom: true });
		expect(order.next([top, bottom])).toEqual({ count: 4, restarts: false });
		expect(order.next([frame(BY_LSB, { orderLsb: 6, orderDeltaBottom: -1 })])?.count).toBe(5);
		expect(order.next([])).toBeUndefined();
	});
});

describe('PictureOrder by numbers of frames', () => {
	it('adds up the cycle (type 1)', () => {
		const numbers = [0, 1, 2, 2, 3, 15, 0];
		const headers = numbers.map((frameNum, index) =>
			frame(CYCLE, { frameNum, isIdr: index === 0, refIdc: index === 3 ? 0 : 1, orderDeltas: [0, 0] }),
		);
		// Cycles of 2 and 4: frame n of those that others refer to is at 2, 6, 8, 12, 14 ...
		expect(counts(new PictureOrder(), headers)).toEqual([0, 2, 6, 1, 8, 44, 48]);
	});

	it('adds what the slice says (type 1)', () => {
		const order = new PictureOrder();
		expect(order.next([frame(CYCLE, { frameNum: 1, orderDeltas: [3, -9] })])?.count).toBe(-3);
		const bottom = frame(CYCLE, { frameNum: 1, orderDeltas: [3, 0], isField: true, isBottom: true });
		expect(order.next([bottom])?.count).toBe(6);
	});

	it('is that of decoding (type 2)', () => {
		const numbers = [0, 1, 2, 2, 15, 0, 1];
		const headers = numbers.map((frameNum, index) =>
			frame({ type: 2 }, { frameNum, isIdr: index === 0, refIdc: index === 2 ? 0 : 1 }),
		);
		const seen = counts(new PictureOrder(), headers);
		expect(seen).toEqual([0, 2, 3, 4, 30, 32, 34]);
	});
});

describe('the order that a slice resets', () => {
	/** A P slice of a stream with counts, with `marking` as its bits of dec_ref_pic_marking. */
	function marked(marking: string): SliceHeader | undefined {
		const known = new ParameterSets();
		known.add(spsWithCounts());
		known.add(ppsOf());
		const bits = new BitWriter(32);
		for (const number of [0, 5, 0]) bits.ue(number);
		bits.write(3, 4); // frame_num
		bits.write(9, 4); // pic_order_cnt_lsb
		bits.write(0b0_0, 2); // as many references as usual, in their usual order
		for (const bit of marking.replaceAll(' ', '')) bits.write(Number(bit), 1);
		bits.write(0x55, 8);
		const [nal = new Uint8Array()] = nalUnitsOf(Uint8Array.from([0, 0, 1, ...bits.finish(0x41)]));
		return readSliceHeader(nal, known, true);
	}

	it.each([
		['no operations', '0', false],
		['operation 5', '1 00110 1', true],
		['operation 5 behind others', '1 010 011 00100 1 010 00101 1 00110 1', true],
		['other operations', '1 010 1 00111 1 00101 1 1', false],
		['an operation that is none', '1 0001000', false],
	])('is told by its marking: %s', (_what, marking, resets) => {
		expect(marked(marking)).toMatchObject({ frameNum: 3, orderLsb: 9, resetsOrder: resets });
	});

	it('never throws, whatever follows its head', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('0', '1'), { maxLength: 300 }), (bits) => {
				expect(marked(bits.join(''))?.orderLsb).toBe(9);
			}),
			{ seed: 84, numRuns: 300 },
		);
	});
});

/** Main profile, 64x64, counts of 4 bits. */
function spsWithCounts(): Uint8Array {
	const bits = new BitWriter(32);
	for (const byte of [77, 0, 30]) bits.write(byte, 8);
	for (const number of [0, 0, 0, 0, 4]) bits.ue(number);
	bits.write(0, 1);
	for (const number of [3, 3]) bits.ue(number);
	bits.write(0b1_1_0_0, 4);
	return bits.finish(0x67);
}
