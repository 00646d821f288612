import { readFileSync } from 'node:fs';
import { concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankYuvImage, type YuvImage } from '../image/yuv-image.ts';
import { readCoarse } from './coarse/read.ts';
import { encodeJpeg } from './encode.ts';
import { huffmanSegment } from './huffman-tables.ts';
import { inspectJpeg } from './inspect.ts';
import { thumbnailOf } from './thumbnail.ts';

const MAX_PIXELS = 1 << 22;

function noise(width: number, height: number, samples: Uint8Array): YuvImage {
	const picture = blankYuvImage(width, height);
	for (const plane of [picture.y, picture.cb, picture.cr]) {
		for (let at = 0; at < plane.length; at++) plane[at] = samples[(at * 7 + (at >> 5)) % samples.length] ?? 0;
	}
	return picture;
}

function meanOfBlock(samples: Uint8Array, width: number, column: number, row: number): number {
	let sum = 0;
	for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) sum += samples[(row * 8 + y) * width + column * 8 + x] ?? 0;
	return sum / 64;
}

function vector(name: string): Uint8Array {
	return readFileSync(new URL(`../../../../test/vectors/jpeg/${name}.jpg`, import.meta.url));
}

/** Where the entropy-coded data begins. */
function dataAt(jpeg: Uint8Array): number {
	return jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda) + 14;
}

describe('readCoarse', () => {
	it('knows the mean of every whole block', () => {
		const blocks = fc.integer({ min: 1, max: 6 });
		const exact = fc.property(blocks, blocks, fc.uint8Array({ minLength: 9 }), (columns, rows, samples) => {
			const [width, height] = [columns * 8, rows * 8];
			const picture = noise(width, height, samples);
			const luma = readCoarse(encodeJpeg(picture, { quality: 100 }), MAX_PIXELS)?.components[0];
			for (let row = 0; row < rows; row++) {
				for (let column = 0; column < columns; column++) {
					const seen = luma?.samples[row * luma.stride + column] ?? Number.NaN;
					expect(Math.abs(seen - meanOfBlock(picture.y, width, column, row))).toBeLessThanOrEqual(1);
				}
			}
		});
		fc.assert(exact, { seed: 41, numRuns: 60 });
	});

	it('uses the standard tables for a picture that has none', () => {
		const whole = encodeJpeg(noise(64, 48, Uint8Array.of(3, 99, 240)), { quality: 60 });
		const tables = huffmanSegment();
		const at = whole.findIndex((_, index) => tables.every((byte, offset) => whole[index + offset] === byte));
		const bare = concat([whole.subarray(0, at), whole.subarray(at + tables.length)]);
		expect(inspectJpeg(bare)?.hasHuffmanTables).toBe(false);
		expect(readCoarse(bare, MAX_PIXELS)).toEqual(readCoarse(whole, MAX_PIXELS));
	});

	it('reads the same from a progressive file and from one with a scan a plane, but for the last bit', () => {
		const [plain, progressive] = ['planes', 'progressive'].map((name) => readCoarse(vector(name), MAX_PIXELS));
		for (const [index, { samples, stride, width, height }] of (plain?.components ?? []).entries()) {
			const other = progressive?.components[index];
			for (let at = 0; at < width * height; at++) {
				const [x, y] = [at % width, Math.floor(at / width)];
				const difference = (samples[y * stride + x] ?? 0) - (other?.samples[y * (other?.stride ?? 0) + x] ?? 0);
				expect([0, 1, 2]).toContain(difference);
			}
		}
	});

	it('loses one interval to damage, not what comes behind it', () => {
		const whole = vector('411-restarts');
		const sound = readCoarse(whole, MAX_PIXELS)?.components[0];
		const hurt = whole.slice();
		const from = dataAt(whole) + 900;
		for (let at = from; at < from + 400; at++) if (hurt[at] !== 0xff && hurt[at - 1] !== 0xff) hurt[at] = 0x5a;
		const luma = readCoarse(hurt, MAX_PIXELS)?.components[0];
		if (!sound || !luma) throw new Error('not read');
		const lastRow = (luma.height - 1) * luma.stride;
		expect(luma.samples.subarray(lastRow)).toEqual(sound.samples.subarray(lastRow));
		expect(luma.samples).not.toEqual(sound.samples);
	});

	it('puts what follows a lost restart marker where it belongs', () => {
		const whole = vector('411-restarts');
		const markers = Array.from(whole.keys()).filter(
			(at) => at > dataAt(whole) && whole[at] === 0xff && ((whole[at + 1] ?? 0) & 0xf8) === 0xd0,
		);
		const [, second = 0, third = 0] = markers;
		const torn = concat([whole.subarray(0, second), whole.subarray(third)]);
		const [sound, luma] = [whole, torn].map((bytes) => readCoarse(bytes, MAX_PIXELS)?.components[0]);
		if (!sound || !luma) throw new Error('not read');
		expect(luma.samples.subarray(3 * luma.stride)).toEqual(sound.samples.subarray(3 * luma.stride));
		expect(new Set(luma.samples.subarray(2 * luma.stride, 3 * luma.stride))).toEqual(new Set([128]));
	});
});

describe('thumbnailOf', () => {
	it('is a picture of an eighth of the size, rounded up', () => {
		const sides = fc.integer({ min: 1, max: 200 });
		const eighth = fc.property(sides, sides, (width, height) => {
			const small = thumbnailOf(encodeJpeg(noise(width, height, Uint8Array.of(9, 200)), { quality: 70 }));
			expect(small && inspectJpeg(small)).toMatchObject({ width: Math.ceil(width / 8), height: Math.ceil(height / 8) });
		});
		fc.assert(eighth, { seed: 42, numRuns: 60 });
	});

	it('keeps to its bytes: less quality, then less size', () => {
		const speckles = Uint8Array.from({ length: 997 }, (_, at) => (at * at * 31) & 0xff);
		const large = encodeJpeg(blocky(2560, 1440, speckles), { quality: 90 });
		const free = thumbnailOf(large, { maxBytes: 1_000_000 });
		expect(free && inspectJpeg(free)).toMatchObject({ width: 320, height: 180 });
		expect(free?.length).toBeGreaterThan(8192);
		const small = thumbnailOf(large);
		expect(small?.length).toBeLessThanOrEqual(8192);
		expect(small && inspectJpeg(small)).toMatchObject({ width: 160, height: 90 });
		expect(thumbnailOf(large, { maxBytes: 600 })).toBeUndefined();
	});

	it('keeps colours', () => {
		const picture = blankYuvImage(160, 96);
		picture.y.fill(90);
		picture.cb.fill(60);
		picture.cr.fill(200);
		const small = thumbnailOf(encodeJpeg(picture, { quality: 100 }));
		const means = small && readCoarse(small, MAX_PIXELS)?.components.map(({ samples }) => samples[0]);
		for (const [index, wanted] of [90, 60, 200].entries())
			expect(Math.abs((means?.[index] ?? 0) - wanted)).toBeLessThan(3);
	});

	it('cannot be made of what is too large, cut to less than half, or no picture', () => {
		const whole = encodeJpeg(noise(320, 240, Uint8Array.of(1, 2, 250)), { quality: 80 });
		expect(thumbnailOf(whole, { maxPixels: 320 * 240 - 1 })).toBeUndefined();
		expect(thumbnailOf(whole.subarray(0, Math.round(whole.length * 0.4)))).toBeUndefined();
		expect(thumbnailOf(whole.subarray(0, Math.round(whole.length * 0.8)))).toBeDefined();
		expect(thumbnailOf(new Uint8Array(0))).toBeUndefined();
		expect(thumbnailOf(new Uint8Array(5000).fill(0xff))).toBeUndefined();
		expect(
			thumbnailOf(whole.map((byte, at) => (at > 0 && whole[at - 1] === 0xff && byte === 0xc0 ? 0xc3 : byte))),
		).toBe(undefined);
	});
});

/** Every block of one grey, so that all the detail there is survives in the thumbnail. */
function blocky(width: number, height: number, greys: Uint8Array): YuvImage {
	const picture = blankYuvImage(width, height);
	for (let at = 0; at < picture.y.length; at++) {
		const block = Math.floor((at % width) / 8) + Math.floor(at / width / 8) * (width / 8);
		picture.y[at] = greys[block % greys.length] ?? 0;
	}
	return picture;
}
