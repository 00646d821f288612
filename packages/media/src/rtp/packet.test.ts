import { describe, expect, it } from 'vitest';
import { isReport, readRtpPacket } from './packet.ts';

/** Version 2, payload type 96 with a marker, number 0x0102, time 0x0a0b0c0d, sender 0xdeadbeef. */
const HEAD = [0x80, 0xe0, 1, 2, 0x0a, 0x0b, 0x0c, 0x0d, 0xde, 0xad, 0xbe, 0xef];

function withFlags(flags: number, ...rest: number[]): Uint8Array {
	return Uint8Array.from([0x80 | flags, ...HEAD.slice(1), ...rest]);
}

describe('a packet of RTP', () => {
	it('is read (RFC 3550 5.1)', () => {
		expect(readRtpPacket(withFlags(0, 7, 8))).toEqual({
			...{ marker: true, payloadType: 96, sequence: 0x0102, timestamp: 0x0a0b_0c0d, source: 0xdead_beef },
			payload: Uint8Array.of(7, 8),
		});
	});

	it.each([
		['padding', withFlags(0x20, 7, 8, 0, 0, 3)],
		['contributors', withFlags(2, 1, 1, 1, 1, 2, 2, 2, 2, 7, 8)],
		['an extension', withFlags(0x10, 0xab, 0xac, 0, 1, 9, 9, 9, 9, 7, 8)],
		['an extension of no words', withFlags(0x10, 0xab, 0xac, 0, 0, 7, 8)],
		['all of them', withFlags(0x31, 1, 1, 1, 1, 0xab, 0xac, 0, 1, 9, 9, 9, 9, 7, 8, 0, 2)],
	])('is read without %s', (_what, bytes) => {
		expect(readRtpPacket(bytes)?.payload).toEqual(Uint8Array.of(7, 8));
	});

	it.each([
		['is too short', Uint8Array.from(HEAD.slice(0, 11))],
		['is of another version', Uint8Array.from([0x40, ...HEAD.slice(1)])],
		['has more padding than bytes', withFlags(0x20, 1, 2, 9)],
		['has more contributors than bytes', withFlags(3, 1, 1, 1, 1)],
		['has an extension that is cut', withFlags(0x10, 0xab, 0xac)],
		['has an extension beyond its end', withFlags(0x10, 0xab, 0xac, 0, 9, 1, 1, 1, 1)],
		['is a report', Uint8Array.from([0x80, 200, ...HEAD.slice(2)])],
	])('is none if it %s', (_what, bytes) => {
		expect(readRtpPacket(bytes)).toBeUndefined();
	});

	it('may be empty', () => {
		expect(readRtpPacket(withFlags(0))?.payload).toHaveLength(0);
	});

	it('is told from reports by its type', () => {
		const types = [192, 200, 201, 207, 223, 96, 0x80 | 96, 26, 0].map((type) => isReport(Uint8Array.of(0x80, type)));
		expect(types).toEqual([true, true, true, true, true, false, false, false, false]);
	});
});
