import { concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from './encode.ts';
import { huffmanSegment, withHuffmanTables } from './huffman-tables.ts';
import { inspectJpeg } from './inspect.ts';

const whole = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });

function withoutTables(bytes: Uint8Array): Uint8Array {
	const tables = huffmanSegment();
	const at = bytes.findIndex((_, index) => tables.every((byte, offset) => bytes[index + offset] === byte));
	return concat([bytes.subarray(0, at), bytes.subarray(at + tables.length)]);
}

describe('withHuffmanTables', () => {
	it('puts one segment of 420 bytes before the scan of a picture without tables', () => {
		const bare = inspectJpeg(withoutTables(whole));
		expect(bare?.hasHuffmanTables).toBe(false);
		if (!bare) throw new Error('not a picture');
		expect(huffmanSegment()).toHaveLength(420);
		expect(withHuffmanTables(bare)).toEqual(whole);
	});

	it('gives the same bytes back for a picture that has tables', () => {
		const jpeg = inspectJpeg(whole);
		if (!jpeg) throw new Error('not a picture');
		expect(withHuffmanTables(jpeg)).toBe(jpeg.bytes);
	});
});
