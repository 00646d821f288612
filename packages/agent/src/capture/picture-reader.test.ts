import { inspectJpeg } from '@oriel/media';
import { H264_FORMAT } from '@oriel/testing/agent/frames';
import { flvStream, h264Units } from '@oriel/testing/h264';
import { jpeg, multipart, withoutTables } from '@oriel/testing/jpegs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/source-error.ts';
import { MAX_HEAD_BYTES, PictureReader } from './picture-reader.ts';

const JPEGS = [jpeg(20), jpeg(90, 24, 8), jpeg(200)];
const UNITS = h264Units('kddkdd');
const GARBAGE = Buffer.from('garbage \xff\xff', 'latin1');

function reader(maxPictureBytes = 100_000): PictureReader {
	return new PictureReader({ from: 'the pipe', maxPictureBytes });
}

/** Everything that `bytes` holds, pushed in pieces that end at `cuts`; piece n comes in at time n. */
function readIn(bytes: Uint8Array, cuts: readonly number[]) {
	const pictures = reader();
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	const frames = ends.flatMap((end, index) => pictures.push(bytes.subarray(ends[index - 1] ?? 0, end), index));
	return [...frames, ...pictures.flush()];
}

describe('PictureReader', () => {
	it.each([
		['JPEGs', Buffer.concat([...JPEGS, GARBAGE, ...JPEGS]), [...JPEGS, ...JPEGS]],
		['multipart', Buffer.concat([multipart(JPEGS), GARBAGE, multipart(JPEGS)]), [...JPEGS, ...JPEGS]],
		['H.264', Buffer.concat(UNITS), UNITS],
		['H.264 with the end of a group before it', Buffer.concat([...UNITS.slice(4), ...UNITS]), UNITS],
		['FLV', flvStream(UNITS), UNITS],
	])('finds the same pictures in %s however the bytes are cut', (_name, body, expected) => {
		const cuts = fc.array(fc.nat({ max: body.length }), { maxLength: 40 });
		const wanted = expected.map((bytes) => Buffer.from(bytes));
		fc.assert(
			fc.property(cuts, (places) => {
				const frames = readIn(body, places);
				expect(frames).toHaveLength(expected.length);
				expect(frames.every(({ data }, index) => wanted[index]?.equals(data))).toBe(true);
				expect(frames.every(({ capturedAt }, index) => capturedAt >= (frames[index - 1]?.capturedAt ?? 0))).toBe(true);
			}),
			{ numRuns: 60 },
		);
	});

	it('says what the pictures have in common', () => {
		const [first, second] = readIn(Buffer.concat(JPEGS), []);
		expect(first?.format).toEqual({ codec: 'jpeg', codecString: undefined, width: 16, height: 16 });
		expect(second?.format).toMatchObject({ width: 24, height: 8 });
		const frames = readIn(Buffer.concat(UNITS), []);
		expect(frames.map(({ key }) => key)).toEqual([true, false, false, true, false, false]);
		for (const { format } of frames) expect(format).toEqual(H264_FORMAT);
	});

	it.each([
		['JPEG', [jpeg(1), jpeg(2)]],
		['H.264', h264Units('kd')],
	])('dates a %s by its first bytes, which may have come long before its last', (_name, [first, second]) => {
		const [one, two] = [Buffer.from(first ?? []), Buffer.from(second ?? [])];
		const pictures = reader();
		const push = (bytes: Uint8Array, at: number) => pictures.push(bytes, at).map(({ capturedAt }) => capturedAt);
		push(one.subarray(0, 3), 1000);
		push(one.subarray(3, 20), 2000);
		expect(push(Buffer.concat([one.subarray(20), two.subarray(0, 6)]), 3000)).toEqual([1000]);
		push(two.subarray(6), 4000);
		expect(readLast(pictures) ?? 3000).toBe(3000);
	});

	it('does not date a key frame by undecodable deltas before it', () => {
		const pictures = reader();
		const [key, delta] = h264Units('kd');
		pictures.push(delta ?? Uint8Array.of(), 1000);
		pictures.push(delta ?? Uint8Array.of(), 2000);
		pictures.push(key ?? Uint8Array.of(), 3000);
		expect(pictures.flush().map(({ capturedAt }) => capturedAt)).toEqual([3000]);
	});

	it('gives Huffman tables to JPEGs that come without', () => {
		const whole = jpeg(128);
		const [frame] = readIn(withoutTables(whole), []);
		expect(frame && inspectJpeg(frame.data)).toMatchObject({ hasHuffmanTables: true, width: 16, height: 16 });
		expect(frame?.data.length).toBe(whole.length);
	});

	it.each([
		['a JPEG', jpeg(128)],
		['an access unit', Buffer.concat(h264Units('k', 640, 480))],
	])('refuses %s over the limit in words', (_name, bytes) => {
		expect(() => reader(300).push(bytes, 0)).toThrow(SourceError);
		expect(() => reader(300).push(bytes, 0)).toThrow(/^the pipe brings what cannot be read: .*300/);
	});

	it.each([
		['an MP4 file', Buffer.from('\0\0\0\x18ftypisom', 'latin1')],
		['an MPEG transport stream', Buffer.from(`G${'x'.repeat(187)}G`)],
		['text: a web page (HTML)', Buffer.from('<html><body>Sign in</body></html>')],
	])('says when %s comes instead', (name, bytes) => {
		const words = `the pipe brings ${name}; expected JPEG, H.264 (Annex B) or FLV`;
		expect(() => reader().push(bytes, 0)).toThrow(expect.objectContaining({ code: 'no-picture', message: words }));
	});

	it('says what is wrong with FLV of another codec', () => {
		const other = flvStream(UNITS);
		other[13 + 11] = 0x12; // Sorenson
		expect(() => reader().push(other, 0)).toThrow(expect.objectContaining({ code: 'no-picture' }));
		expect(() => reader().push(other, 0)).toThrow('Sorenson H.263');
	});

	it('takes noise for what may precede a JPEG, and holds no more of it than it needs', () => {
		const pictures = reader();
		const noise = Buffer.alloc(MAX_HEAD_BYTES / 4, '\x91\x02', 'latin1');
		for (let turn = 0; turn < 4; turn++) expect(pictures.push(noise, turn)).toEqual([]);
		expect(pictures.reader).toBeUndefined();
		expect(pictures.push(noise, 4)).toEqual([]);
		expect(pictures.reader?.pendingBytes).toBe(0);
		expect(pictures.push(jpeg(1), 5)).toHaveLength(1);
	});

	it('loses a group to a picture that makes no sense, not the stream', () => {
		const pictures = reader();
		const [key, delta] = h264Units('kd').map((unit) => Buffer.from(unit));
		const broken = Buffer.from([0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x68, 0, 0, 0, 1, 0x65, 0x80]);
		const frames = [key, delta, broken, delta, key, delta].flatMap((bytes, at) => [
			...pictures.push(bytes ?? Buffer.of(), at),
			...pictures.flush(),
		]);
		expect(frames.map(({ capturedAt }) => capturedAt)).toEqual([0, 1, 4, 5]);
		expect(pictures.advice).toMatch(/^the pipe has a problem: 1 picture came and cannot be decoded: /);
	});

	it('advises against B-frames, and against nothing else', () => {
		const pictures = reader();
		const [key] = h264Units('k').map((unit) => Buffer.from(unit));
		pictures.push(key ?? Buffer.of(), 0);
		expect(pictures.advice).toBeUndefined();
		// A slice whose slice_type is 6: first_mb_in_slice 1, slice_type 00111, pic_parameter_set_id 1, and some more.
		pictures.push(Buffer.from([0, 0, 0, 1, 0x01, 0b1_00111_1_0, 0x55, 0x55, 0x55]), 1);
		pictures.flush();
		expect(pictures.advice).toBe('the pipe has B-frames, which delay its pictures; switch them off');
	});
});

function readLast(pictures: PictureReader): number | undefined {
	return pictures.flush().at(-1)?.capturedAt;
}
