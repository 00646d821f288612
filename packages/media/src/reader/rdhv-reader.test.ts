import { H264Encoder } from '@oriel/testcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from '../jpeg/encode.ts';
import { inspectJpeg } from '../jpeg/inspect.ts';
import { RdhvReader } from './rdhv-reader.ts';
import type { ParsedUnit } from './reader.ts';

const LIMITS = { maxBytes: 100_000 };
const TEXT = Buffer.from('Frame rate set to 15.000 fps\n');

function picture(level: number) {
	const blank = blankYuvImage(32, 32);
	blank.y.fill(level);
	return blank;
}

function jpeg(level: number): Buffer {
	return Buffer.from(encodeJpeg(picture(level), { quality: 80 }));
}

function rdhv(...payloads: readonly Uint8Array[]): Buffer {
	return Buffer.concat(
		payloads.flatMap((payload) => {
			const header = Buffer.from('rdhV\0\0\0\0', 'latin1');
			header.writeUInt32BE(payload.length, 4);
			return [header, payload];
		}),
	);
}

function read(bytes: Buffer, cuts: readonly number[] = [], reader = new RdhvReader(LIMITS)): ParsedUnit[] {
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	return ends.flatMap((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
}

describe('RdhvReader', () => {
	it('gives the JPEGs of a camera behind a line of text, however they are cut', () => {
		const pictures = [jpeg(10), jpeg(90), jpeg(200)];
		const bytes = Buffer.concat([TEXT, rdhv(...pictures)]);
		fc.assert(
			fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
				expect(read(bytes, cuts).map((frame) => Buffer.from(frame.data))).toEqual(pictures);
			}),
			{ numRuns: 50 },
		);
		expect(read(bytes)[0]?.format).toEqual({ codec: 'jpeg', codecString: undefined, width: 32, height: 32 });
	});

	it('gives an access unit with its last byte, without waiting for the next', () => {
		const encoder = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 });
		const units = [0, 40, 80].map((level) => Buffer.from(encoder.encode(picture(level)).annexB));
		const reader = new RdhvReader(LIMITS);
		const keys = units.map((unit) => {
			const framed = rdhv(unit);
			expect(reader.push(framed.subarray(0, -1))).toEqual([]);
			const [frame, ...more] = reader.push(framed.subarray(-1));
			expect(more).toEqual([]);
			expect(Buffer.from(frame?.data ?? [])).toEqual(unit);
			return frame?.key;
		});
		expect(keys).toEqual([true, false, false]);
		expect(reader.brokenPictures).toBe(0);
	});

	it('takes parameter sets that come in a buffer of their own', () => {
		const encoder = new H264Encoder({ width: 32, height: 32, framesPerSecond: 10 });
		const unit = Buffer.from(encoder.encode(picture(9)).annexB);
		const slice = unit.indexOf(Buffer.from([0, 0, 0, 1, 0x65]));
		const [frame] = read(rdhv(unit.subarray(0, slice), unit.subarray(slice)));
		expect(Buffer.from(frame?.data ?? [])).toEqual(unit);
	});

	it('leaves padding off, adds an end that is zeros, and drops what was cut off', () => {
		const whole = jpeg(120);
		const padded = Buffer.concat([whole, Buffer.alloc(300)]);
		const endless = Buffer.concat([whole.subarray(0, -2), Buffer.alloc(2)]);
		const reader = new RdhvReader(LIMITS);
		const frames = read(rdhv(padded, endless, whole.subarray(0, -40), Buffer.from('noise')), [], reader);
		expect(frames.map(({ data }) => Buffer.from(data))).toEqual([whole, whole]);
		expect(reader.brokenPictures).toBe(2);
	});

	it('puts missing Huffman tables in', () => {
		const whole = jpeg(60);
		const at = whole.indexOf(Buffer.from([0xff, 0xc4]));
		const bare = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 2 + whole.readUInt16BE(at + 2))]);
		expect(inspectJpeg(bare)?.hasHuffmanTables).toBe(false);
		const [frame] = read(rdhv(bare));
		expect(inspectJpeg(frame?.data ?? bare)?.hasHuffmanTables).toBe(true);
	});

	it('survives anything', () => {
		const parts = fc.array(
			fc.oneof(
				fc.uint8Array({ maxLength: 60 }),
				fc.uint8Array({ maxLength: 60 }).map((b) => rdhv(b)),
			),
		);
		fc.assert(
			fc.property(parts, (chunks) => {
				const reader = new RdhvReader({ maxBytes: 1000 });
				for (const chunk of chunks) {
					try {
						reader.push(chunk);
					} catch (thrown) {
						expect(thrown).toMatchObject({ name: 'MediaError' });
					}
				}
			}),
		);
	});
});
