import { ascii, concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from './encode.ts';
import { findJpeg, inspectJpeg } from './inspect.ts';
import { JpegScanner } from './scan.ts';

const LIMITS = { maxBytes: 200_000 };
const of = (...bytes: readonly number[]) => Uint8Array.from(bytes);
const whole = picture(48, 32);
const other = picture(32, 48);
const open = whole.subarray(0, -2);
/** Where the frame header begins. */
const frameAt = whole.findIndex((byte, at) => byte === 0xff && whole[at + 1] === 0xc0);

/** A picture with something to see in it, so that what is missing at its end is missed. */
function picture(width: number, height: number): Uint8Array {
	const { y, ...rest } = blankYuvImage(width, height);
	return encodeJpeg({ ...rest, y: y.map((_, at) => (at * 37 * (at % 11)) & 0xff) }, { quality: 60 });
}

/** The picture with `bytes` put in before its frame header. */
function withBytes(...bytes: readonly number[]): Uint8Array {
	return concat([whole.subarray(0, frameAt), of(...bytes), whole.subarray(frameAt)]);
}

function segment(code: number, length: number, body: readonly number[]): number[] {
	return [0xff, code, length >> 8, length & 0xff, ...body];
}

/** The frame header with some bytes changed, by their place behind its marker. */
function withFrameHeader(changes: Readonly<Record<number, number>>): Uint8Array {
	const changed = whole.slice();
	for (const [at, byte] of Object.entries(changes)) changed[frameAt + 1 + Number(at)] = byte;
	return changed;
}

function scan(...chunks: readonly Uint8Array[]) {
	const scanner = new JpegScanner(LIMITS);
	const found = chunks.flatMap((chunk) => scanner.push(chunk));
	return {
		scanner,
		sizes: found.map(({ width, height }) => `${width}x${height}`),
		bytes: found.map((jpeg) => jpeg.bytes),
	};
}

const letters = Array.from('a comment that is longer than it says', (letter) => letter.charCodeAt(0));
const STRANGE: readonly (readonly [string, readonly number[]])[] = [
	['a comment that is longer than it says', segment(0xfe, 6, letters)],
	['a comment of which nothing is said to be there', segment(0xfe, 2, letters)],
	['a comment with the length 0', segment(0xfe, 0, letters)],
	['a comment with the length 1', segment(0xfe, 1, letters)],
	['an APP0 that is longer than it says', segment(0xe0, 8, letters)],
	['an APP15 with the length 0', segment(0xef, 0, letters)],
	['zeros between segments', new Array(300).fill(0)],
	['fill bytes between segments', new Array(300).fill(0xff)],
	['a stuffed zero between segments', [1, 2, 0xff, 0, 3]],
	['a reserved marker between segments', [0xff, 0x37, 1, 2]],
	['markers without a length between segments', [0xff, 0xd3, 0xff, 0x01]],
	['a thumbnail in an APP1', segment(0xe1, whole.length + 2, [...whole])],
	['an empty APP1', segment(0xe1, 2, [])],
];

describe('a JPEG that browsers show', () => {
	it.each(STRANGE)('may have %s', (_what, bytes) => {
		const strange = withBytes(...bytes);
		const { scanner, bytes: found } = scan(strange, other, strange.subarray(0, 200), strange.subarray(200));
		expect(found).toEqual([strange, other, strange]);
		expect([scanner.skippedBytes, scanner.truncatedPictures, scanner.faults.size]).toEqual([0, 0, 0]);
		expect(inspectJpeg(strange)).toMatchObject({ width: 48, height: 32, bytes: strange });
	});

	it('may tell its height behind its first scan: it is put where browsers look for it', () => {
		const late = concat([withFrameHeader({ 4: 0, 5: 0 }).subarray(0, -2), of(0xff, 0xdc, 0, 4, 0, 32, 0xff, 0xd9)]);
		const { bytes, sizes } = scan(late.subarray(0, frameAt + 6), late.subarray(frameAt + 6));
		expect(sizes).toEqual(['48x32']);
		expect(bytes[0]?.subarray(0, frameAt + 20)).toEqual(whole.subarray(0, frameAt + 20));
		expect(inspectJpeg(late)?.bytes).toEqual(bytes[0]);
	});

	it('is found behind anything, where its framing tells how long it is', () => {
		const behind = concat([ascii('HTTP/1.1 200 OK\r\n\r\n'), of(0xff, 0xd8), whole]);
		expect(findJpeg(behind)?.bytes).toEqual(whole);
		expect(findJpeg(ascii('nothing'))).toBeUndefined();
	});
});

describe('a JPEG without its end', () => {
	it('is whole when the next begins, if all of its data is there', () => {
		const { scanner, bytes } = scan(open, open, open.subarray(0, 300), open.subarray(300), whole);
		expect(bytes).toEqual([whole, whole, whole, whole]);
		expect([scanner.addedBytes, scanner.skippedBytes, scanner.truncatedPictures]).toEqual([6, 0, 0]);
	});

	it.each([
		['zeros', new Uint8Array(64)],
		['fill bytes', new Uint8Array(9).fill(0xff)],
		[
			'the next part of a multipart body',
			ascii('\r\n--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 99\r\n\r\n'),
		],
	])('is given without %s behind it', (_what, padding) => {
		const { scanner, bytes } = scan(concat([open, padding, whole]));
		expect(bytes).toEqual([whole, whole]);
		expect(scanner.skippedBytes).toBe(padding.length);
	});

	it('is none if its data ends early, however often that happens', () => {
		const torn = open.subarray(0, -60);
		const { scanner, sizes } = scan(torn, torn, torn, whole);
		expect(sizes).toEqual(['48x32']);
		expect([scanner.truncatedPictures, scanner.faults.get('cut-off')]).toEqual([3, 3]);
		expect(scanner.skippedBytes).toBe(3 * torn.length);
	});

	it('is given when its framing says that it is over, and when the stream ends', () => {
		const scanner = new JpegScanner(LIMITS);
		scanner.push(concat([open, ascii('\r\n--x')]));
		expect(scanner.end(5)?.bytes).toEqual(whole);
		expect(scanner.end()).toBeUndefined();
		scanner.push(open.subarray(0, -60));
		expect(scanner.flush()).toBeUndefined();
		scanner.push(open.subarray(-60));
		expect(scanner.isOpen, 'the one before had no end either').toBe(true);
		expect(scanner.flush()?.bytes).toEqual(whole);
		expect([scanner.pendingBytes, scanner.skippedBytes, scanner.addedBytes]).toEqual([0, 5, 4]);
	});

	it('is waited for where pictures have ends: a pause is none', () => {
		const scanner = new JpegScanner(LIMITS);
		scanner.push(concat([whole, open]));
		expect(scanner.isOpen).toBe(false);
	});

	it('that cannot be judged is damage once, and the way of the camera twice', () => {
		const progressive = withFrameHeader({ 0: 0xc2 }).subarray(0, -2);
		const { sizes, scanner } = scan(progressive, progressive, progressive, whole);
		expect(sizes).toHaveLength(3);
		expect(scanner.truncatedPictures).toBe(1);
	});
});

describe('a JPEG that no browser shows', () => {
	it.each([
		['arithmetic', withFrameHeader({ 0: 0xc9 })],
		['arithmetic', withFrameHeader({ 0: 0xca })],
		['lossless', withFrameHeader({ 0: 0xc3 })],
		['lossless', withFrameHeader({ 0: 0xf7 })],
		['hierarchical', withFrameHeader({ 0: 0xc5 })],
		['precision', withFrameHeader({ 3: 12 })],
		['no-size', withFrameHeader({ 6: 0, 7: 0 })],
		['no-frame-header', concat([whole.subarray(0, frameAt), of(0xff, 0xd9)])],
		['no-marker', of(0xff, 0xd8, 0x00)],
	])('is counted by its reason: %s', (fault, bytes) => {
		const { scanner, sizes } = scan(bytes, whole, bytes);
		expect(sizes).toEqual(['48x32']);
		expect([...scanner.faults]).toEqual([[fault, 2]]);
		expect(scanner.skippedBytes).toBe(2 * bytes.length);
		expect(inspectJpeg(concat([bytes, new Uint8Array(125)]))).toBeUndefined();
	});

	it('is not held indefinitely where no segment follows', () => {
		const scanner = new JpegScanner(LIMITS);
		const noise = new Uint8Array(100_000).fill(7);
		expect(scanner.push(concat([whole.subarray(0, frameAt), noise, whole]))).toHaveLength(1);
		expect(scanner.faults.get('no-marker')).toBe(1);
	});
});
