import { H264Encoder } from '@oriel/testcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nalUnitsOf } from '../h264/annexb.ts';
import { buildAvcc, toLengthPrefixed } from '../h264/avcc.ts';
import { NAL, nalType } from '../h264/nal.ts';
import { blankYuvImage, type YuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from '../jpeg/encode.ts';
import { openReader, type StreamKind } from './open.ts';
import type { ParsedUnit } from './reader.ts';

const LIMITS = { maxBytes: 100_000 };

function grey(level: number, width = 32, height = 32): YuvImage {
	const picture = blankYuvImage(width, height);
	picture.y.fill(level);
	return picture;
}

function unitsOf(kinds: string): Buffer[] {
	const encoder = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 });
	return Array.from(kinds, (kind, turn) =>
		Buffer.from(encoder.encode(grey(turn * 20), { forceKey: kind === 'k' }).annexB),
	);
}

/** As `ffmpeg -f flv` writes it: the parameter sets stand in the avcC alone, or also before the keys. */
function flvOf(units: readonly Buffer[]): Buffer {
	const sets = nalUnitsOf(units[0] ?? Buffer.of());
	const ofType = (type: number) => sets.filter((nal) => nalType(nal) === type);
	const bodies = [
		Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), buildAvcc(ofType(NAL.sps), ofType(NAL.pps))]),
		...units.map((unit) => Buffer.concat([Buffer.from([0x27, 1, 0, 0, 0]), toLengthPrefixed(unit)])),
	];
	const tags = bodies.map((body) => {
		const head = Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
		head.writeUIntBE(body.length, 1, 3);
		return Buffer.concat([head, body, Buffer.alloc(4)]);
	});
	return Buffer.concat([Buffer.from('FLV\x01\x01\0\0\0\x09\0\0\0\0', 'latin1'), ...tags]);
}

const UNITS = unitsOf('kddkd');
const JPEGS = [10, 90, 200].map((level) => Buffer.from(encodeJpeg(grey(level), { quality: 80 })));

const STREAMS: readonly (readonly [StreamKind, Buffer, readonly Buffer[]])[] = [
	['jpeg', Buffer.concat(JPEGS), JPEGS],
	['multipart', Buffer.concat(JPEGS.flatMap((jpeg) => [Buffer.from('--b\r\n\r\n'), jpeg, Buffer.from('\r\n')])), JPEGS],
	['h264', Buffer.concat(UNITS), UNITS],
	['flv', flvOf(UNITS), UNITS],
];

/** All frames of a stream that comes in pieces, the end of it taken for a silence. */
function framesOf(kind: StreamKind, bytes: Buffer, cuts: readonly number[]): ParsedUnit[] {
	const reader = openReader(kind, LIMITS);
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	const frames = ends.flatMap((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
	return [...frames, ...reader.flush()];
}

describe.each(STREAMS)('a reader of %s', (kind, bytes, expected) => {
	it('gives the same frames however the bytes are cut', () => {
		const whole = framesOf(kind, bytes, []);
		expect(whole.map((frame) => Buffer.from(frame.data))).toEqual(expected);
		const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 30 });
		fc.assert(
			fc.property(cuts, (places) => {
				expect(framesOf(kind, bytes, places)).toEqual(whole);
			}),
			{ numRuns: 60 },
		);
	});

	it('says what each frame is', () => {
		const codec = kind === 'h264' || kind === 'flv' ? 'h264' : 'jpeg';
		const codecString = codec === 'h264' ? 'avc1.42C01E' : undefined;
		for (const { key, data: picture, format } of framesOf(kind, bytes, [])) {
			expect(format).toEqual({ codec, codecString, width: 32, height: 32 });
			expect(key).toBe(codec === 'jpeg' || nalUnitsOf(picture).some((nal) => nalType(nal) === NAL.idr));
		}
	});

	it('gives bytes of its own', () => {
		const copy = Buffer.from(bytes);
		const reader = openReader(kind, LIMITS);
		const frames = [...reader.push(copy), ...reader.flush()];
		copy.fill(0);
		expect(frames.map((frame) => Buffer.from(frame.data))).toEqual(expected);
	});

	it('counts nothing where nothing is wrong', () => {
		const reader = openReader(kind, LIMITS);
		reader.push(bytes);
		reader.flush();
		const { brokenPictures, earlyFlushes, hasPicture, pendingBytes, reorders } = reader;
		expect({ brokenPictures, earlyFlushes, hasPicture, pendingBytes, reorders }).toEqual({
			brokenPictures: 0,
			earlyFlushes: 0,
			hasPicture: false,
			pendingBytes: 0,
			reorders: false,
		});
	});

	it('refuses a picture over the limit', () => {
		const reader = openReader(kind, { maxBytes: 30 });
		expect(() => reader.push(bytes)).toThrow(expect.objectContaining({ code: 'picture-too-large' }));
	});
});

describe('a reader of bare H.264', () => {
	it('has a picture as soon as a slice has begun, and none after the flush', () => {
		const reader = openReader('h264', LIMITS);
		const [key = Buffer.of()] = UNITS;
		reader.push(key.subarray(0, 10));
		expect(reader.hasPicture, 'parameter sets are no picture').toBe(false);
		reader.push(key.subarray(10));
		expect([reader.hasPicture, reader.pendingBytes > 0]).toEqual([true, true]);
		expect(reader.flush()).toHaveLength(1);
		expect([reader.hasPicture, reader.pendingBytes]).toEqual([false, 0]);
		expect(reader.flush()).toEqual([]);
	});

	it('notices a flush that came too early, and withholds what depends on the torn picture', () => {
		const reader = openReader('h264', LIMITS);
		const [key = Buffer.of(), delta = Buffer.of(), , nextKey = Buffer.of()] = UNITS;
		reader.push(key.subarray(0, -3));
		expect(reader.flush()).toHaveLength(1);
		expect(reader.push(key.subarray(-3))).toEqual([]);
		expect(reader.earlyFlushes).toBe(1);
		expect([...reader.push(delta), ...reader.flush()]).toEqual([]);
		expect([reader.brokenPictures, reader.skippedBytes]).toEqual([1, 3]);
		expect([...reader.push(nextKey), ...reader.flush()].map(({ key }) => key)).toEqual([true]);
	});

	it('says when pictures are reordered', () => {
		const reader = openReader('h264', LIMITS);
		// first_mb_in_slice 1, slice_type 00111 (6: B), pic_parameter_set_id 1
		const b = Buffer.from([0, 0, 0, 1, 0x01, 0b1_00111_1_0, 0x55, 0x55]);
		for (const bytes of [UNITS[0] ?? Buffer.of(), b]) reader.push(bytes);
		reader.flush();
		expect(reader.reorders).toBe(true);
	});
});

describe('a reader of FLV', () => {
	it('needs no flush: a picture is out with its last byte', () => {
		const reader = openReader('flv', LIMITS);
		const bytes = flvOf(UNITS.slice(0, 1));
		const lastOfPicture = bytes.length - 4;
		expect(reader.push(bytes.subarray(0, lastOfPicture - 1))).toEqual([]);
		expect(reader.hasPicture).toBe(false);
		expect(reader.push(bytes.subarray(lastOfPicture - 1, lastOfPicture))).toHaveLength(1);
	});
});
