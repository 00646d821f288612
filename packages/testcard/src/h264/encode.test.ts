import { blankYuvImage, nalType, nalUnitsOf, parseSps, type YuvImage } from '@oriel/media';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestPattern } from '../pattern/paint.ts';
import { H264Encoder } from './encode.ts';

const SIZE = { width: 640, height: 480 };

function encoder(): H264Encoder {
	return new H264Encoder({ ...SIZE, framesPerSecond: 24 });
}

function grey(level: number): YuvImage {
	const picture = blankYuvImage(SIZE.width, SIZE.height);
	picture.y.fill(level);
	return picture;
}

// That the pictures are right, a real decoder says: test/e2e/h264-ffmpeg.test.ts.
describe('H264Encoder', () => {
	it('begins with a key that has its parameter sets, and makes more of them when asked', () => {
		const encode = encoder();
		const units = [false, false, true].map((forceKey) => encode.encode(grey(90), { forceKey }));
		expect(units.map(({ key, hasParameterSets }) => [key, hasParameterSets])).toEqual([
			[true, true],
			[false, false],
			[true, true],
		]);
		const types = units.map(({ annexB }) => nalUnitsOf(annexB).map(nalType));
		expect(types).toEqual([[7, 8, 5], [1], [7, 8, 5]]);
		const [sps = new Uint8Array()] = nalUnitsOf(units[0]?.annexB ?? new Uint8Array());
		expect(parseSps(sps)).toMatchObject({ ...SIZE, fullRange: true, maxNumReorderFrames: 0, codec: 'avc1.42C01E' });
	});

	it('spends nothing on what stays, and next to nothing on what is flat', () => {
		const encode = encoder();
		const key = encode.encode(grey(0)).annexB.length;
		const same = encode.encode(grey(0)).annexB.length;
		const other = encode.encode(grey(200)).annexB.length;
		expect(key).toBeLessThan(2000);
		expect(same).toBeLessThan(16);
		expect(other).toBeLessThan(2500);
	});

	it('copies the picture: it may be painted over', () => {
		const encode = encoder();
		const picture = grey(10);
		encode.encode(picture);
		picture.y.fill(20);
		expect(encode.encode(picture).annexB.length).toBeGreaterThan(100);
	});

	it('stays under 2 Mbit/s with the test pattern at 24 frames a second', () => {
		const painter = new TestPattern({ ...SIZE, title: 'Garden', camera: 'garden' });
		const encode = encoder();
		let bytes = 0;
		for (let sequence = 0; sequence < 24; sequence++) {
			const clockText = `2026-11-22 14:02:03.${String(sequence * 41).padStart(3, '0')}`;
			bytes += encode.encode(painter.paint({ time: sequence * 41_667, sequence, clockText })).annexB.length;
		}
		expect(bytes * 8).toBeLessThan(2_000_000);
	});

	it('takes any noise, and never more than a little over the samples themselves', () => {
		const noise = fc.property(fc.uint8Array({ minLength: 500, maxLength: 500 }), (samples) => {
			const encode = new H264Encoder({ width: 24, height: 40, framesPerSecond: 5 });
			const { y, cb, cr } = blankYuvImage(24, 40);
			const paint = (shift: number) => {
				for (const plane of [y, cb, cr])
					for (let at = 0; at < plane.length; at++) plane[at] = samples[(at * 7 + shift) % 500] ?? 0;
				return { width: 24, height: 40, y, cb, cr };
			};
			// 2x3 macroblocks of 384 bytes.
			for (let shift = 0; shift < 3; shift++)
				expect(encode.encode(paint(shift)).annexB.length).toBeLessThan(6 * 400 + 60);
		});
		fc.assert(noise, { seed: 61, numRuns: 10 });
	});

	it.each([
		[640, 481],
		[0, 8],
		[12, 16],
		[4104, 16],
		[16.5, 16],
	])('refuses a size of %dx%d', (width, height) => {
		expect(() => new H264Encoder({ width, height, framesPerSecond: 1 })).toThrow(
			expect.objectContaining({ code: 'bad-size' }),
		);
	});

	it('refuses a picture of another size', () => {
		const bad = expect.objectContaining({ code: 'bad-size' });
		expect(() => encoder().encode(blankYuvImage(480, 640))).toThrow(bad);
		expect(() => encoder().encode({ ...grey(0), cb: new Uint8Array(3) })).toThrow(bad);
	});
});
