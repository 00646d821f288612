import { ascii, concat } from '@oriel/base';
import { H264Encoder } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';
import { annexBOf, nalUnitsOf } from '../h264/annexb.ts';
import { MAX_NALS } from '../h264/nal.ts';
import { blankYuvImage } from '../image/yuv-image.ts';
import { openReader, type StreamKind } from './open.ts';

const MAX = 100_000;
/** Parameter sets, and the objects around thousands of NAL units. */
const MORE = 2 * 65_536 + MAX_NALS * 512;

const KEY = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 }).encode(blankYuvImage(32, 32)).annexB;
const FLV = Uint8Array.from([...ascii('FLV'), 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);

function repeated(unit: Uint8Array, times: number): Uint8Array {
	return concat(Array.from({ length: times }, () => unit));
}

/** A picture parameter set of its own number and 4 KiB. */
function pps(id: number): Uint8Array {
	const nal = new Uint8Array(4096).fill(0x55);
	// ue(v) of its number, and of the number of its SPS, which is 0.
	const digits = (id + 1).toString(2);
	const bits = `${digits.padStart(2 * digits.length - 1, '0')}1`.padEnd(16, '1');
	nal.set([0x68, Number.parseInt(bits.slice(0, 8), 2), Number.parseInt(bits.slice(8, 16), 2)]);
	return nal;
}

const ATTACKS: readonly (readonly [string, StreamKind, Uint8Array])[] = [
	[
		'a JPEG that does not end',
		'jpeg',
		concat([Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2), repeated(Uint8Array.of(9), 99_000)]),
	],
	['tiny NAL units', 'h264', repeated(Uint8Array.of(0, 0, 1, 6), MAX_NALS - 10)],
	[
		'a NAL unit that does not end',
		'h264',
		concat([Uint8Array.of(0, 0, 0, 1, 0x65), repeated(Uint8Array.of(9), 99_000)]),
	],
	[
		'a tag that is announced and does not come',
		'flv',
		concat([FLV, Uint8Array.of(9, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0)]),
	],
];

describe('what a reader holds', () => {
	it.each(ATTACKS)('of %s is counted, and no more than twice what a picture may have', (_words, kind, bytes) => {
		const reader = openReader(kind, { maxBytes: MAX });
		for (let at = 0; at < bytes.length; at += 1000) {
			reader.push(bytes.slice(at, at + 1000));
			expect(reader.heldBytes).toBeGreaterThanOrEqual(reader.pendingBytes);
			expect(reader.heldBytes).toBeLessThanOrEqual(2 * MAX + MORE);
		}
		expect(reader.heldBytes).toBeGreaterThan(90_000);
	});

	it('of parameter sets ends where no camera has so many, and the stream goes on', () => {
		const reader = openReader('h264', { maxBytes: MAX });
		const pictures = Array.from({ length: 40 }, (_, at) => annexBOf([pps(at + 1), ...nalUnitsOf(KEY)]));
		const frames = pictures.flatMap((picture) => {
			const read = [...reader.push(picture), ...reader.flush()];
			expect(reader.heldBytes).toBeLessThan(MAX + 2 * 65_536);
			return read;
		});
		expect(frames).toHaveLength(40);
		expect(reader.problem).toContain('over the 65536 allowed');
	});

	it('of an avcC is the record, not the tag, and ends where no camera has so much', () => {
		const long = concat([Uint8Array.of(0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe0, 0), new Uint8Array(70_000)]);
		const tag = concat([Uint8Array.of(9, 1, 0x11, 0x7c, 0, 0, 0, 0, 0, 0, 0), long]);
		const reader = openReader('flv', { maxBytes: MAX });
		reader.push(concat([FLV, tag, new Uint8Array(4)]));
		expect(reader.problem).toContain('over 65536');
		expect(reader.heldBytes).toBeLessThan(long.length);
		reader.push(Uint8Array.of(9, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, ...long.subarray(0, 12), 0, 0, 0, 0, 0, 0, 0, 0, 0));
		expect(reader.heldBytes).toBeLessThan(100);
	});
});

it('a picture of more NAL units than any encoder makes is not taken apart', () => {
	expect(nalUnitsOf(repeated(Uint8Array.of(0, 0, 1, 6), MAX_NALS))).toHaveLength(MAX_NALS);
	const many = repeated(Uint8Array.of(0, 0, 1, 6), MAX_NALS + 2);
	expect(() => nalUnitsOf(many)).toThrow(expect.objectContaining({ code: 'picture-too-large' }));
});
