import { concat } from '@oriel/base';
import { BitWriter, ppsOf, spsOf } from '@oriel/testcard';
import { fieldPictures } from '@oriel/testing/field-pictures';
import { describe, expect, it } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { annexBOf, nalUnitsOf } from './annexb.ts';
import { AccessUnitAssembler } from './assemble.ts';
import { nalType } from './nal.ts';

const SPS = spsOf({ width: 64, height: 64, framesPerSecond: 10 });
const PPS = ppsOf();
const DELIMITER = Uint8Array.of(9, 0xf0);
const SEI = Uint8Array.of(6, 5, 1, 0xaa, 0x80);
const END = Uint8Array.of(10);

/** A slice for these parameter sets, of frame `frameNum`, that begins with macroblock `first`. */
function slice(frameNum: number, first: number, isKey = false): Uint8Array {
	const bits = new BitWriter(16);
	bits.ue(first);
	bits.ue(isKey ? 7 : 5);
	bits.ue(0);
	bits.write(frameNum, 8);
	if (isKey) bits.ue(0);
	bits.write(0, isKey ? 2 : 3);
	bits.write(0x55, 8);
	return bits.finish(isKey ? 0x65 : 0x41);
}

function unitsOf(stream: Uint8Array, size = 1e9): AccessUnit[] {
	const assemble = new AccessUnitAssembler({ maxBytes: 100_000 });
	const units: AccessUnit[] = [];
	for (let at = 0; at < stream.length; at += size) units.push(...assemble.push(stream.subarray(at, at + size)));
	return [...units, ...assemble.flush()];
}

/** How many slices each unit has. */
function slicesOf(units: readonly AccessUnit[]): number[] {
	return units.map(({ annexB }) => nalUnitsOf(annexB).filter((nal) => nalType(nal) <= 5).length);
}

describe('two fields of a frame', () => {
	it.each([
		['one behind the other', {}],
		['the bottom field first', { isBottomFirst: true }],
		['with a delimiter and an SEI between them', { between: [DELIMITER, SEI] }],
		['with parameter sets between them', { between: fieldPictures(0) }],
	])('are one picture: %s, however they are cut', (_what, options) => {
		const stream = annexBOf(fieldPictures(6, options));
		for (const size of [1, 7, 100, 1e9]) {
			const units = unitsOf(stream, size);
			expect(slicesOf(units)).toEqual(new Array(6).fill(2));
			expect(units.map(({ key }) => key)).toEqual([true, false, false, false, false, false]);
			expect(units.every(({ intact }) => intact)).toBe(true);
		}
	});

	it('come out one picture late and no later, without a flush', () => {
		const assemble = new AccessUnitAssembler({ maxBytes: 100_000 });
		const [sps, pps, first, second, third, fourth] = fieldPictures(2) as [Uint8Array, ...Uint8Array[]];
		const push = (...nals: readonly (Uint8Array | undefined)[]) =>
			assemble.push(annexBOf(nals.filter((nal) => nal !== undefined)));
		expect(push(sps, pps, first)).toEqual([]);
		expect(assemble.hasPicture, 'a first field is none').toBe(false);
		expect(push(second)).toEqual([]);
		expect(assemble.hasPicture).toBe(true);
		expect(push(third)).toHaveLength(1);
		expect(assemble.hasPicture).toBe(false);
		expect(push(fourth)).toEqual([]);
		expect(assemble.flush()).toHaveLength(1);
		expect([assemble.tornPictures, assemble.orphanNals]).toEqual([0, 0]);
	});

	it('stay two pictures if one of each is lost', () => {
		const nals = fieldPictures(3);
		const tops = [...nals.slice(0, 3), ...nals.filter((_, at) => at > 3 && at % 2 === 0)];
		expect(slicesOf(unitsOf(annexBOf(tops)))).toEqual([1, 1, 1]);
	});

	it('are noticed when a flush came between them', () => {
		const assemble = new AccessUnitAssembler({ maxBytes: 100_000 });
		const [sps, pps, first, second, ...rest] = fieldPictures(3) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
		assemble.push(annexBOf([sps, pps, first]));
		expect(assemble.flush()).toHaveLength(1);
		expect(assemble.push(annexBOf([second, ...rest])).map(({ intact }) => intact)).toEqual([false]);
		expect([assemble.tornPictures, assemble.orphanNals]).toEqual([1, 1]);
	});
});

describe('slices of frames', () => {
	it('begin a picture though its macroblock 0 was lost', () => {
		const stream = [SPS, PPS, slice(0, 0, true), slice(1, 2), slice(1, 3), slice(2, 0), slice(2, 5), slice(3, 4)];
		const units = unitsOf(annexBOf(stream));
		expect(slicesOf(units)).toEqual([1, 2, 2, 1]);
		expect(units.every(({ intact }) => intact)).toBe(true);
	});

	it('may come in any order', () => {
		const stream = [SPS, PPS, slice(0, 8, true), slice(0, 0, true), slice(0, 4, true), slice(1, 8), slice(1, 0)];
		expect(slicesOf(unitsOf(annexBOf(stream)))).toEqual([3, 2]);
	});

	it('that begin with macroblock 0 twice are two pictures, even if their headers are alike', () => {
		expect(slicesOf(unitsOf(annexBOf([SPS, PPS, slice(0, 0, true), slice(0, 0, true)])))).toEqual([1, 1]);
	});

	it('are over at the end of a sequence', () => {
		const assemble = new AccessUnitAssembler({ maxBytes: 100_000 });
		expect(assemble.push(annexBOf([SPS, PPS, slice(0, 0, true), END, DELIMITER]))).toHaveLength(1);
		expect(assemble.push(annexBOf([SPS, PPS, slice(0, 0, true)]))).toEqual([]);
		expect(assemble.flush()).toHaveLength(1);
	});

	it('that are copies for decoders with losses are left out', () => {
		const twice = redundantPps();
		const stream = concat([
			annexBOf([SPS, twice, copy(slice(0, 0, true), 0), copy(slice(0, 0, true), 1), copy(slice(1, 0), 0)]),
		]);
		expect(slicesOf(unitsOf(stream))).toEqual([1, 1]);
	});
});

/** The PPS with redundant_pic_cnt_present_flag, its last bit before the one that ends it. */
function redundantPps(): Uint8Array {
	const pps = PPS.slice();
	const last = pps.length - 1;
	const end = (pps[last] ?? 0) & -(pps[last] ?? 0);
	if (end === 0x80) pps[last - 1] = (pps[last - 1] ?? 0) | 1;
	else pps[last] = (pps[last] ?? 0) | (end << 1);
	return pps;
}

/** The slice with redundant_pic_cnt (ue) put in behind what precedes it. */
function copy(nal: Uint8Array, count: number): Uint8Array {
	const isKey = (nal[0] ?? 0) === 0x65;
	const bits = new BitWriter(16);
	bits.ue(0);
	bits.ue(isKey ? 7 : 5);
	bits.ue(0);
	bits.write(isKey ? 0 : 1, 8);
	if (isKey) bits.ue(0);
	bits.ue(count);
	bits.write(0x55, 8);
	return bits.finish(nal[0] ?? 0);
}
