import { inspectJpeg } from '@oriel/media';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/source-error.ts';
import { jpeg, multipart, withoutTables } from '../rehearsal/pictures.ts';
import { PictureScan } from './picture-scan.ts';

const PICTURES = [jpeg(20), jpeg(90, 24, 8), jpeg(200)];

/** Everything that `bytes` holds, pushed in pieces that end at `cuts`; piece n comes in at time n. */
function scanned(bytes: Uint8Array, cuts: readonly number[]) {
	const scan = new PictureScan({ maxPictureBytes: 100_000 });
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	return ends.flatMap((end, index) => scan.push(bytes.subarray(ends[index - 1] ?? 0, end), index));
}

describe('PictureScan', () => {
	it('finds the same pictures however the bytes are cut', () => {
		const body = Buffer.concat([multipart(PICTURES), Buffer.from('garbage \xff\xff', 'latin1'), ...PICTURES]);
		const cuts = fc.array(fc.nat({ max: body.length }), { maxLength: 40 });
		const whole = scanned(body, []).map(({ bytes }) => Buffer.from(bytes));
		expect(whole).toHaveLength(6);
		fc.assert(
			fc.property(cuts, (places) => {
				const frames = scanned(body, places);
				expect(frames.length).toBe(whole.length);
				expect(frames.every(({ bytes }, index) => whole[index]?.equals(bytes))).toBe(true);
				expect(frames.every(({ capturedAt }, index) => capturedAt >= (frames[index - 1]?.capturedAt ?? 0))).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	it('dates a picture by its first bytes, which may have come long before its last', () => {
		const [first, second] = [jpeg(1), jpeg(2)];
		const scan = new PictureScan({ maxPictureBytes: 100_000 });
		scan.push(first.subarray(0, 100), 1000);
		scan.push(first.subarray(100, 200), 2000);
		const rest = Buffer.concat([first.subarray(200), second.subarray(0, 50)]);
		expect(scan.push(rest, 3000).map(({ capturedAt }) => capturedAt)).toEqual([1000]);
		expect(scan.push(second.subarray(50), 4000).map(({ capturedAt }) => capturedAt)).toEqual([3000]);
	});

	it('gives Huffman tables to pictures that come without', () => {
		const whole = jpeg(128);
		const [frame] = scanned(withoutTables(whole), []);
		expect(frame && inspectJpeg(frame.bytes)).toMatchObject({ hasHuffmanTables: true, width: 16, height: 16 });
		expect(frame?.bytes.length).toBe(whole.length);
	});

	it('refuses a picture over the limit in words', () => {
		const scan = new PictureScan({ maxPictureBytes: 300 });
		expect(() => scan.push(jpeg(128), 0)).toThrow(SourceError);
		expect(() => scan.push(jpeg(128), 0)).toThrow(/300/);
	});
});
