import { describe, expect, it } from 'vitest';
import { isForbidden, NAL, nalName, nalType, startsAccessUnit, startsPicture } from './nal.ts';

describe('NAL unit headers', () => {
	it.each([
		[0x67, NAL.sps],
		[0x27, NAL.sps],
		[0x28, NAL.pps],
		[0x25, NAL.idr],
		[0x65, NAL.idr],
		[0x21, NAL.slice],
		[0x01, NAL.slice],
	])('%d is of type %d, whatever its importance', (header, type) => {
		expect(nalType(Uint8Array.of(header))).toBe(type);
	});

	it('begin a picture with the macroblock 0', () => {
		expect(startsPicture(Uint8Array.of(0x41, 0x80))).toBe(true);
		expect(startsPicture(Uint8Array.of(0x41, 0x7f))).toBe(false);
		expect(startsPicture(Uint8Array.of(0x41))).toBe(false);
		expect(startsPicture(Uint8Array.of(0x43, 0x80))).toBe(false);
	});

	it('begin an access unit or do not (7.4.1.2.3)', () => {
		const starting = Array.from({ length: 32 }, (_, type) => type).filter((type) =>
			startsAccessUnit(Uint8Array.of(type, 0)),
		);
		expect(starting).toEqual([6, 7, 8, 9, 15, 16, 17, 18]);
		expect(startsAccessUnit(Uint8Array.of(0x89))).toBe(false);
		expect(startsAccessUnit(Uint8Array.of())).toBe(false);
	});

	it('are called by their names', () => {
		expect([nalName(5), nalName(9), nalName(20)]).toEqual(['IDR slice', 'access unit delimiter', 'NAL unit type 20']);
		expect(isForbidden(Uint8Array.of(0xe7))).toBe(true);
	});
});
