import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from './encode.ts';
import { JpegScanner } from './scan.ts';

describe('encodeJpeg', () => {
	it('makes a picture that the scanner takes whole, at any size', () => {
		const side = fc.integer({ min: 1, max: 70 });
		const sizes = fc.property(
			side,
			side,
			fc.integer({ min: 1, max: 100 }),
			fc.uint8Array({ minLength: 9 }),
			(...drawn) => {
				const [width, height, quality, samples] = drawn;
				const picture = blankYuvImage(width, height);
				for (let at = 0; at < picture.y.length; at++) picture.y[at] = samples[at % samples.length] ?? 0;
				const bytes = encodeJpeg(picture, { quality });
				expect(new JpegScanner({ maxBytes: 1e6 }).push(bytes)).toEqual([
					{ bytes, width, height, hasHuffmanTables: true },
				]);
			},
		);
		fc.assert(sizes, { seed: 3, numRuns: 60 });
	});

	it('spends next to nothing on flat blocks', () => {
		const empty = encodeJpeg(blankYuvImage(16, 16), { quality: 80 }).length;
		const large = encodeJpeg(blankYuvImage(640, 480), { quality: 80 }).length;
		expect(large - empty).toBeLessThan(7200);
	});

	it('is smaller at a lower quality', () => {
		const picture = blankYuvImage(64, 64);
		for (let at = 0; at < picture.y.length; at++) picture.y[at] = (at * at * 7) & 0xff;
		const sizes = [5, 30, 60, 90, 100].map((quality) => encodeJpeg(picture, { quality }).length);
		expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
	});

	it('is exactly as long as asked, and still one picture', () => {
		const picture = blankYuvImage(32, 32);
		const bare = encodeJpeg(picture, { quality: 50 }).length;
		for (const extra of [0, 1, 2, 3, 4, 5, 100, 65_537, 65_538, 65_541, 200_000]) {
			const bytes = encodeJpeg(picture, { quality: 50, padTo: bare + extra });
			expect(bytes).toHaveLength(bare + extra);
			const [found] = new JpegScanner({ maxBytes: 1e6 }).push(bytes);
			expect([found?.width, found?.bytes.length]).toEqual([32, bytes.length]);
		}
	});

	it('refuses to be padded to less than it needs, and planes that do not fit', () => {
		const picture = blankYuvImage(32, 32);
		const code = (wanted: string) => expect.objectContaining({ code: wanted });
		expect(() => encodeJpeg(picture, { quality: 50, padTo: 100 })).toThrow(code('picture-too-large'));
		expect(() => encodeJpeg({ ...picture, width: 33 }, { quality: 50 })).toThrow(code('bad-size'));
		expect(() => encodeJpeg({ ...picture, height: 0 }, { quality: 50 })).toThrow(code('bad-size'));
		expect(() => encodeJpeg({ ...picture, width: 65_536 }, { quality: 50 })).toThrow(code('bad-size'));
	});
});
