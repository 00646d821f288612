import { annexBOf } from '@oriel/media';
import { fragments } from '@oriel/testing/rtp-sender';
import { describe, expect, it } from 'vitest';
import { MediaError } from '../errors/media-error.ts';
import { NalDepacketizer } from './nal-depacketizer.ts';

const bytes = (...all: number[]) => Uint8Array.from(all);
const open = (maxBytes = 10_000) => new NalDepacketizer({ maxBytes });
const NAL = Uint8Array.from({ length: 1000 }, (_, at) => (at === 0 ? 0x65 : 1 + (at % 200)));

function poured(payloads: readonly Uint8Array[], nals = open()): number[][] {
	return payloads.flatMap((payload) => nals.push(payload)).map((nal) => [...nal]);
}

describe('payloads of H.264 (RFC 6184)', () => {
	it('hold one unit', () => {
		expect(poured([bytes(0x67, 1, 2), bytes(0x41, 9)])).toEqual([
			[0x67, 1, 2],
			[0x41, 9],
		]);
	});

	it('hold several units (STAP-A), as far as they go', () => {
		const nals = open();
		expect(poured([bytes(0x78, 0, 2, 0x67, 1, 0, 0, 0, 3, 0x68, 2, 3)], nals)).toEqual([
			[0x67, 1],
			[0x68, 2, 3],
		]);
		expect(poured([bytes(0x78, 0, 2, 0x67, 1, 0, 9, 0x68, 2)], nals)).toEqual([[0x67, 1]]);
		expect(poured([bytes(0x78, 0), bytes(0x78)], nals)).toEqual([]);
	});

	it.each([1, 2, 7, 300, 999, 5000])('hold fragments of a unit (FU-A), of %d bytes', (size) => {
		expect(poured(fragments(NAL, size))).toEqual([[...NAL]]);
	});

	it('hold a whole unit in one fragment, as some cameras do', () => {
		expect(poured([bytes(0x7c, 0xc5, 1, 2)])).toEqual([[0x65, 1, 2]]);
	});

	it('begin with a number in FU-B', () => {
		expect(poured([bytes(0x7d, 0x85, 0, 1, 7), bytes(0x7c, 0x45, 8)])).toEqual([[0x65, 7, 8]]);
	});

	it('tell when the beginning, the end or the rest of a unit is missing', () => {
		const [first = NAL, second = NAL, third = NAL, ...rest] = fragments(NAL, 300);
		const last = rest.at(-1) ?? third;
		const nals = open();
		expect([poured([second, last], nals), nals.brokenNals]).toEqual([[], 2]);
		expect([poured([first, second, bytes(0x41, 3)], nals), nals.brokenNals]).toEqual([[[0x41, 3]], 3]);
		expect([poured([first, ...fragments(NAL, 300)], nals), nals.brokenNals]).toEqual([[[...NAL]], 4]);
		expect([poured([first, bytes(0x7c)], nals), nals.brokenNals, nals.isOpen]).toEqual([[], 5, false]);
		nals.push(first);
		nals.reset();
		expect([nals.isOpen, nals.pendingBytes]).toEqual([false, 0]);
	});

	it('may hold start codes: in front, within, and behind the header of a fragment', () => {
		const several = annexBOf([bytes(0x67, 1), bytes(0x68, 2), bytes(0x65, 3, 4)]);
		const expected = [
			[0x67, 1],
			[0x68, 2],
			[0x65, 3, 4],
		];
		expect(poured([several])).toEqual(expected);
		expect(poured([several.subarray(1)])).toEqual(expected);
		expect(poured([several.subarray(4)])).toEqual(expected);
		expect(poured(fragments(several, 4))).toEqual(expected);
		expect(poured(fragments(several.subarray(4), 4))).toEqual(expected);
	});

	it('are refused where units come interleaved', () => {
		for (const type of [25, 26, 27]) {
			expect(() => open().push(bytes(0x60 | type, 0, 0, 0))).toThrow(/come interleaved.*packetization mode to 1/);
		}
	});

	it('of other types, and without a byte, hold nothing', () => {
		expect(poured([bytes(), bytes(0x1e, 1), bytes(0x1f, 2)])).toEqual([]);
	});

	it('are refused when a unit grows too long, and go on with the next', () => {
		const nals = open(500);
		expect(() => poured(fragments(NAL, 100), nals)).toThrow(MediaError);
		expect(nals.pendingBytes).toBe(0);
		expect(nals.heldBytes).toBeLessThanOrEqual(16_384);
		expect(poured([bytes(0x41, 3)], nals)).toEqual([[0x41, 3]]);
	});
});
