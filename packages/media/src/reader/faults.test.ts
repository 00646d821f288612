import { H264Encoder } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from '../jpeg/encode.ts';
import { openReader } from './open.ts';
import { RdhvReader } from './rdhv-reader.ts';
import type { ParsedUnit, Reader } from './reader.ts';

const LIMITS = { maxBytes: 1_000_000 };
const JPEGS = [10, 90, 200].map((level) => jpeg(level));
const OPEN = JPEGS.map((bytes) => bytes.subarray(0, -2));

function jpeg(level: number): Buffer {
	const { y, ...rest } = blankYuvImage(48, 32);
	return Buffer.from(encodeJpeg({ ...rest, y: y.map((_, at) => (at * level) & 0xff) }, { quality: 70 }));
}

function h264(count: number): Buffer[] {
	const encoder = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 });
	return Array.from({ length: count }, (_, turn) => {
		const picture = blankYuvImage(32, 32);
		picture.y.fill(turn * 20);
		return Buffer.from(encoder.encode(picture, { forceKey: turn % 4 === 0 }).annexB);
	});
}

/** What of `bytes` comes out, pushed in pieces, without a flush. */
function read(reader: Reader, bytes: Buffer, size = 1000): ParsedUnit[] {
	const frames: ParsedUnit[] = [];
	for (let at = 0; at < bytes.length; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
	return frames;
}

const bytesOf = (frames: readonly ParsedUnit[]) => frames.map(({ data }) => Buffer.from(data));

function part(body: Buffer, length: number | string): Buffer {
	const head = `--cut\r\nContent-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]);
}

describe('a multipart stream of pictures without ends', () => {
	it.each([
		['true lengths', (body: Buffer) => body.length],
		['lengths that are too small', () => 12],
		['lengths that are too large', (body: Buffer) => 2 * body.length],
		['negative lengths', () => -1],
		['words for lengths', () => 'many'],
	])('gives each with the boundary behind it: %s', (_what, lengthOf) => {
		const stream = Buffer.concat([...OPEN, ...OPEN].map((body) => part(body, lengthOf(body))));
		for (const size of [1, 50, 1e6]) {
			const reader = openReader('multipart', LIMITS);
			const frames = read(reader, Buffer.concat([stream, Buffer.from('--cut\r\n')]), size);
			expect(bytesOf(frames)).toEqual([...JPEGS, ...JPEGS]);
			expect([reader.brokenPictures, reader.problem]).toEqual([0, undefined]);
		}
	});

	it('gives a picture with its last byte where lengths have been true', () => {
		const reader = openReader('multipart', LIMITS);
		const [first = Buffer.of(), second = Buffer.of()] = OPEN;
		const next = part(second, second.length);
		expect(reader.push(Buffer.concat([part(first, first.length), Buffer.from('--cut\r\n')]))).toHaveLength(1);
		expect(reader.push(next.subarray('--cut\r\n'.length, -3))).toEqual([]);
		expect(bytesOf(reader.push(next.subarray(-3, -2)))).toEqual([JPEGS[1]]);
	});

	it('does not lose pictures that have ends to a length that lies now and then', () => {
		const [first = Buffer.of()] = JPEGS;
		const lengths = [first.length, 200, first.length, 90_000, first.length];
		const stream = Buffer.concat(lengths.map((length) => part(first, length)));
		expect(read(openReader('multipart', LIMITS), stream)).toHaveLength(lengths.length);
	});
});

describe('a stream of pictures without ends', () => {
	it('tells that there is a picture once that is seen to be the way of the camera', () => {
		const reader = openReader('jpeg', LIMITS);
		const [first = Buffer.of(), second = Buffer.of()] = OPEN;
		reader.push(first);
		expect(reader.hasPicture).toBe(false);
		expect(bytesOf(reader.push(second))).toEqual([JPEGS[0]]);
		expect(reader.hasPicture).toBe(true);
		expect(bytesOf(reader.flush())).toEqual([JPEGS[1]]);
		expect([reader.hasPicture, reader.pendingBytes]).toEqual([false, 0]);
	});

	it('gives its only picture at its end', () => {
		const reader = openReader('jpeg', LIMITS);
		expect(reader.push(OPEN[0] ?? Buffer.of())).toEqual([]);
		expect(bytesOf(reader.flush())).toEqual([JPEGS[0]]);
	});
});

describe('a stream that was taken for something else', () => {
	const noise = Buffer.alloc(30_000, 'just noise: no picture');
	const UNITS = h264(8);

	it.each([
		['H.264 taken for JPEG', 'jpeg', Buffer.from([0xff, 0xd8, 0xff]), UNITS],
		['H.264 taken for multipart', 'multipart', Buffer.from('--\r\n'), UNITS],
		['JPEG taken for H.264', 'h264', Buffer.from([0, 0, 1, 0x41, 0x9a]), JPEGS],
	] as const)('is recognised later: %s', (_what, kind, start, pictures) => {
		for (const size of [77, 5000, 1e6]) {
			const reader = openReader(kind, LIMITS);
			const stream = Buffer.concat([start, noise, ...pictures, ...pictures]);
			const frames = [...read(reader, stream, size), ...reader.flush()];
			expect(bytesOf(frames)).toEqual([...pictures, ...pictures]);
			expect(reader.skippedBytes > noise.length || reader.brokenPictures > 0).toBe(true);
		}
	});

	it('is refused by its name if it is what is not read', () => {
		const sets = [0x40, 0x42, 0x44].map((header) => Buffer.from([0, 0, 0, 1, header, 1, 0x0c, 0x11, 0x22]));
		const reader = openReader('jpeg', LIMITS);
		expect(() => read(reader, Buffer.concat([noise, ...sets, noise]))).toThrow('looks like an H.265 (HEVC) stream');
	});

	it('is looked at no more once a picture has come', () => {
		const reader = openReader('jpeg', LIMITS);
		expect(read(reader, Buffer.concat([...JPEGS, noise, ...UNITS, noise, ...JPEGS]))).toHaveLength(6);
	});
});

describe('what a reader says to the owner', () => {
	it.each([
		['jpeg', Buffer.alloc(1_200_000, 'noise'), '1.2 MB came and no JPEG in it: no JPEG begins in them (FF D8 FF).'],
		['h264', Buffer.alloc(70_000, 'noise'), '70 KB came and no picture of H.264 in it: no NAL unit is part of one.'],
	] as const)('is that no %s is in what came', (kind, bytes, words) => {
		const reader = openReader(kind, LIMITS);
		expect(reader.problem).toBeUndefined();
		read(reader, bytes, 5000);
		expect(reader.problem).toBe(words);
	});

	it('is why no browser would show the pictures, until there is one that they do', () => {
		const [good = Buffer.of()] = JPEGS;
		const bad = Buffer.from(good);
		bad[bad.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc9;
		const reader = openReader('jpeg', LIMITS);
		read(reader, Buffer.concat([bad, bad, bad]));
		expect(reader.problem).toMatch(
			/^\d+ (KB|bytes) came and no JPEG in it: 3 pictures use arithmetic coding, which no browser/,
		);
		reader.push(good);
		expect(reader.problem).toBeUndefined();
	});

	it('is that buffers of a capture program hold no pictures', () => {
		const reader = new RdhvReader(LIMITS);
		const header = Buffer.from('rdhV\0\0\0\x05', 'latin1');
		for (let turn = 0; turn < 3; turn++) reader.push(Buffer.concat([header, Buffer.from('noise')]));
		expect(reader.problem).toContain('3 pictures in a row');
	});
});
