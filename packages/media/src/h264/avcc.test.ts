import { concat } from '@oriel/base';
import { ppsOf, spsOf } from '@oriel/testcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annexBOf } from './annexb.ts';
import { buildAvcc, mp4NalUnits, parseAvcc, toAnnexB, toLengthPrefixed } from './avcc.ts';

const SPS = spsOf({ width: 640, height: 480, framesPerSecond: 24 });
const PPS = ppsOf();
const HIGH = Uint8Array.from(
	[0x67, 0x64, 0, 0x28, 0xac, 0xd9, 0x40, 0x78, 2, 0x27, 0xe5, 0xc0, 0x44, 0, 0, 3, 0, 4, 0, 0, 3, 0, 0xf0].concat([
		0x3c, 0x60, 0xc6, 0x58,
	]),
);
const SLICE = Uint8Array.of(0x65, 0x88, 1, 2, 3);
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('avcC', () => {
	it('is read as it was built', () => {
		const record = buildAvcc([SPS], [PPS, PPS]);
		expect(Array.from(record.subarray(0, 6))).toEqual([1, 0x42, 0xc0, 30, 0xff, 0xe1]);
		expect(parseAvcc(record)).toEqual({ lengthBytes: 4, sps: [SPS], pps: [PPS, PPS] });
	});

	it('ends with the chroma format in High profile only', () => {
		expect(Array.from(buildAvcc([HIGH], []).subarray(-4))).toEqual([0xfd, 0xf8, 0xf8, 0]);
		expect(parseAvcc(buildAvcc([HIGH], [PPS]))).toEqual({ lengthBytes: 4, sps: [HIGH], pps: [PPS] });
	});

	it.each([
		['too short', Uint8Array.of(1, 66, 0)],
		['of another version', concat([Uint8Array.of(2), buildAvcc([SPS], [PPS]).subarray(1)])],
		['with lengths of 3 bytes', Uint8Array.of(1, 66, 0, 30, 0xfe, 0xe0, 0)],
		['cut off', buildAvcc([SPS], [PPS]).subarray(0, -1)],
	])('is refused when it is %s', (_how, record) => {
		expect(() => parseAvcc(record)).toThrow(code('bad-avcc'));
	});

	it('cannot be built without an SPS', () => {
		expect(() => buildAvcc([], [PPS])).toThrow(code('bad-avcc'));
		expect(() => buildAvcc([SPS.subarray(0, 5)], [PPS])).toThrow(code('bad-sps'));
		expect(() => buildAvcc([SPS], [new Uint8Array(70_000)])).toThrow(code('bad-avcc'));
		expect(() => buildAvcc([SPS], new Array(256).fill(PPS))).toThrow(code('bad-avcc'));
	});
});

describe('lengths instead of start codes', () => {
	it('are exact opposites', () => {
		const nal = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => bytes.map((byte) => byte | 4));
		const opposites = fc.property(fc.array(nal), (nals) => {
			const annexB = annexBOf(nals);
			expect(toAnnexB(toLengthPrefixed(annexB))).toEqual(annexB);
		});
		fc.assert(opposites, { seed: 41, numRuns: 100 });
	});

	it('are read in 1 and 2 bytes too', () => {
		expect(toAnnexB(Uint8Array.of(2, 0x41, 9, 0, 1, 0x42), 1)).toEqual(
			annexBOf([Uint8Array.of(0x41, 9), Uint8Array.of(0x42)]),
		);
		expect(toAnnexB(Uint8Array.of(0, 2, 0x41, 9), 2)).toEqual(annexBOf([Uint8Array.of(0x41, 9)]));
	});

	it('must not reach beyond the end', () => {
		expect(() => toAnnexB(Uint8Array.of(0, 0, 0, 3, 1, 2))).toThrow(code('bad-avcc'));
		expect(() => toAnnexB(Uint8Array.of(0, 0))).toThrow(code('bad-avcc'));
		expect(() => toAnnexB(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1))).toThrow(code('bad-avcc'));
	});

	it('are of no more parts than any encoder makes', () => {
		expect(() => toAnnexB(new Uint8Array(10_000).fill(1), 1)).toThrow(code('picture-too-large'));
	});

	it('leave parameter sets to the avcC in an MP4 sample', () => {
		expect(mp4NalUnits(annexBOf([SPS, PPS, SLICE, SLICE]))).toEqual([SLICE, SLICE]);
	});
});
