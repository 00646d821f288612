import { concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { annexBOf } from './annexb.ts';
import { AccessUnitAssembler } from './assemble.ts';

const SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xda);
const PPS = Uint8Array.of(0x68, 0xce, 0x0f, 0xc8);
const SEI = Uint8Array.of(0x06, 0x05, 0x01, 0xaa, 0x80);
const DELIMITER = Uint8Array.of(0x09, 0xf0);
const FILLER = Uint8Array.of(0x0c, 0xff, 0xff, 0x80);
const PREFIX = Uint8Array.of(0x0e, 0x40, 0x80);

/** A slice: `first` begins a picture, the others go on with it. */
const first = (type: number, mark = 1) => Uint8Array.of(type, 0x88, mark, 0x80);
const further = (type: number, mark = 1) => Uint8Array.of(type, 0x48, mark, 0x80);
const KEY = 0x65;
const DELTA = 0x41;
const PI_KEY = 0x25;
const PI_DELTA = 0x21;

function assembler(maxBytes = 10_000): AccessUnitAssembler {
	return new AccessUnitAssembler({ maxBytes });
}

/** All units of these NAL units, with start codes of 3 bytes within a picture and anywhere else. */
function unitsOf(nals: readonly Uint8Array[]): AccessUnit[] {
	const assemble = assembler();
	const stream = concat(nals.flatMap((nal, at) => [Uint8Array.from(at % 2 ? [0, 0, 1] : [0, 0, 0, 1]), nal]));
	return [...assemble.push(stream), ...assemble.flush()];
}

const bytesOf = (units: readonly AccessUnit[]) => units.map(({ annexB }) => annexB);
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('AccessUnitAssembler', () => {
	it('divides pictures of one slice, as a Raspberry Pi sends them', () => {
		const nals = [SPS, PPS, first(PI_KEY), first(PI_DELTA, 2), first(PI_DELTA, 3)];
		const units = unitsOf(nals);
		expect(bytesOf(units)).toEqual([
			annexBOf(nals.slice(0, 3)),
			annexBOf([first(PI_DELTA, 2)]),
			annexBOf([first(PI_DELTA, 3)]),
		]);
		expect(units.map(({ key }) => key)).toEqual([true, false, false]);
		expect(units.map(({ hasParameterSets }) => hasParameterSets)).toEqual([true, false, false]);
		expect(units.every(({ intact }) => intact)).toBe(true);
	});

	it('keeps slices of one picture together, whatever their start codes', () => {
		const key = [SPS, PPS, SEI, first(KEY), further(KEY, 2), further(KEY, 3)];
		const delta = [first(DELTA), further(DELTA, 2), further(DELTA, 3)];
		expect(bytesOf(unitsOf([...key, ...delta, ...delta]))).toEqual([key, delta, delta].map(annexBOf));
	});

	it('divides at a delimiter, an SEI and parameter sets, and leaves out what says nothing', () => {
		const stream = [DELIMITER, SPS, PPS, first(KEY), FILLER, DELIMITER, PREFIX, first(DELTA), PREFIX, further(DELTA)];
		const more = [SEI, first(DELTA, 3), SPS, PPS, first(KEY, 4)];
		const wanted = [
			[SPS, PPS, first(KEY)],
			[first(DELTA), further(DELTA)],
			[SEI, first(DELTA, 3)],
			[SPS, PPS, first(KEY, 4)],
		];
		expect(bytesOf(unitsOf([...stream, ...more]))).toEqual(wanted.map(annexBOf));
	});

	it('closes a picture with the second byte of the next slice, or the first of anything else', () => {
		const assemble = assembler();
		assemble.push(annexBOf([SPS, PPS, first(KEY)]));
		expect(assemble.push(Uint8Array.of(0, 0, 0, 1, DELTA))).toEqual([]);
		expect(assemble.push(Uint8Array.of(0x88))).toHaveLength(1);
		assemble.push(Uint8Array.of(5, 0x80));
		expect(assemble.push(Uint8Array.of(0, 0, 1, 0x09))).toHaveLength(1);
		expect(assemble.hasPicture).toBe(false);
	});

	it('gives a picture early on a flush, and the same stream as without', () => {
		const pictures = [[SPS, PPS, first(KEY), further(KEY)], [first(DELTA, 2)], [first(DELTA, 3), further(DELTA)]];
		const assemble = assembler();
		const units = pictures.flatMap((nals) => {
			expect(assemble.push(annexBOf(nals))).toEqual([]);
			expect(assemble.hasPicture).toBe(true);
			return assemble.flush();
		});
		expect(units).toEqual(unitsOf(pictures.flat()));
		expect([assemble.tornPictures, assemble.skippedBytes]).toEqual([0, 0]);
	});

	it('waits on a flush as long as there is no picture', () => {
		const assemble = assembler();
		assemble.push(annexBOf([SPS, PPS]));
		expect(assemble.flush()).toEqual([]);
		expect(assemble.push(annexBOf([first(KEY)]))).toEqual([]);
		expect(bytesOf(assemble.flush())).toEqual([annexBOf([SPS, PPS, first(KEY)])]);
		expect(assemble.flush()).toEqual([]);
	});

	it('tells when more slices come after a flush, drops them, and calls nothing intact before the next key', () => {
		const assemble = assembler();
		assemble.push(annexBOf([SPS, PPS, first(KEY), further(KEY)]));
		expect(assemble.flush()).toHaveLength(1);
		const rest = annexBOf([
			further(KEY, 2),
			further(KEY, 3),
			first(DELTA),
			first(DELTA, 2),
			SPS,
			PPS,
			first(KEY, 3),
			first(DELTA, 4),
		]);
		const units = [...assemble.push(rest), ...assemble.flush()];
		expect(units.map(({ key, intact }) => [key, intact])).toEqual([
			[false, false],
			[false, false],
			[true, true],
			[false, true],
		]);
		expect(units[0]?.annexB).toEqual(annexBOf([first(DELTA)]));
		expect([assemble.tornPictures, assemble.orphanNals]).toEqual([1, 2]);
	});

	it('tells when a flush has cut a slice in two', () => {
		const assemble = assembler();
		assemble.push(annexBOf([SPS, PPS, first(KEY)]));
		expect(assemble.flush()).toHaveLength(1);
		const units = assemble.push(concat([Uint8Array.of(7, 8, 9), annexBOf([further(KEY), first(DELTA), first(DELTA)])]));
		expect(units.map(({ intact }) => intact)).toEqual([false]);
		expect([assemble.tornPictures, assemble.orphanNals, assemble.skippedBytes]).toEqual([1, 1, 3]);
	});

	it('begins with the beginning of a picture, and calls it intact only if it is a key', () => {
		const assemble = assembler();
		const stream = [further(DELTA), further(DELTA), first(DELTA), SPS, PPS, first(KEY), first(DELTA), first(DELTA)];
		const units = assemble.push(concat([Uint8Array.of(3, 4, 5), annexBOf(stream)]));
		expect(units.map(({ key, intact }) => [key, intact])).toEqual([
			[false, false],
			[true, true],
			[false, true],
		]);
		expect([assemble.orphanNals, assemble.skippedBytes, assemble.tornPictures]).toEqual([2, 3, 0]);
	});

	it('drops and counts units with a forbidden bit: they divide nothing', () => {
		const assemble = assembler();
		const bad = Uint8Array.of(0xe7, 0x88, 0x80);
		const units = assemble.push(annexBOf([first(KEY), bad, further(KEY), first(DELTA), first(DELTA)]));
		expect(units[0]?.annexB).toEqual(annexBOf([first(KEY), further(KEY)]));
		expect(assemble.forbiddenNals).toBe(1);
	});

	it('refuses a unit of too many slices and a slice without end, then goes on with the next key', () => {
		const assemble = assembler(100);
		const many = annexBOf(new Array(20).fill(further(KEY)));
		expect(() => assemble.push(concat([annexBOf([first(KEY)]), many]))).toThrow(code('picture-too-large'));
		expect(assemble.pendingBytes).toBe(0);
		assemble.push(annexBOf([first(DELTA)]));
		expect(() => assemble.push(new Uint8Array(120).fill(9))).toThrow(code('picture-too-large'));
		const units = assemble.push(annexBOf([further(DELTA), first(DELTA), SPS, PPS, first(KEY), DELIMITER]));
		expect(units.map(({ key, intact }) => [key, intact])).toEqual([
			[false, false],
			[true, true],
		]);
	});

	it('refuses a unit of more parts than any encoder makes', () => {
		const assemble = assembler(1_000_000);
		const parts = annexBOf(new Array(1000).fill(SEI));
		for (let turn = 0; turn < 4; turn++) assemble.push(parts);
		expect(() => assemble.push(parts)).toThrow(code('picture-too-large'));
		expect(assemble.pendingBytes).toBe(0);
	});

	it('never holds much more than one picture may have', () => {
		const assemble = assembler(1000);
		const slice = concat([further(KEY), new Uint8Array(190).fill(5)]);
		assemble.push(annexBOf([first(KEY), slice, slice, slice, slice]));
		expect(assemble.pendingBytes).toBeLessThanOrEqual(1000);
		expect(() => assemble.push(annexBOf([slice, slice]))).toThrow(code('picture-too-large'));
		expect(assemble.pendingBytes).toBe(0);
	});
});
