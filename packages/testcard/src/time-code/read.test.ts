import { blankYuvImage, type YuvImage } from '@oriel/media';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraId } from './camera-id.ts';
import type { TimeCode } from './layout.ts';
import { type Pixels, readTimeCode } from './read.ts';
import { writeTimeCode } from './write.ts';

const CODE: TimeCode = { time: 1_795_341_727_123_456, sequence: 4_294_967_290, camera: cameraId('garden') };

/** What a canvas would show, every sample changed by `fate`. */
function shown(
	{ width, height, y }: YuvImage,
	fate: (sample: number, at: number) => number = (sample) => sample,
): Pixels {
	const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
	y.forEach((sample, at) => {
		rgba.fill(fate(sample, at), at * 4, at * 4 + 3);
	});
	return { width, height, rgba };
}

function coded(width = 640, height = 480): YuvImage {
	const picture = blankYuvImage(width, height);
	picture.y.fill(90);
	writeTimeCode(picture, CODE);
	return picture;
}

/** The mean of 4x4 pixels, as a hard compression would leave it. */
function blurred(picture: YuvImage): Pixels {
	const { width, height, y } = picture;
	return shown(picture, (_, at) => {
		let sum = 0;
		for (let step = 0; step < 16; step++) {
			const column = Math.min(width - 1, (at % width) + (step & 3));
			const row = Math.min(height - 1, Math.floor(at / width) + (step >> 2));
			sum += y[row * width + column] ?? 0;
		}
		return sum / 16;
	});
}

describe('a time code', () => {
	it.each([
		[160, 120],
		[176, 144],
		[320, 240],
		[640, 480],
		[854, 480],
		[1280, 720],
		[1920, 1080],
	])('is read back from a picture of %dx%d', (width, height) => {
		expect(readTimeCode(shown(coded(width, height)))).toEqual(CODE);
	});

	it('holds any value of its fields', () => {
		const time = fc.integer({ min: 0, max: 2 ** 52 - 1 });
		const sequence = fc.integer({ min: 0, max: 2 ** 32 - 1 });
		const camera = fc.integer({ min: 0, max: 2 ** 20 - 1 });
		const kept = fc.property(fc.record({ time, sequence, camera }), (code) => {
			const picture = blankYuvImage(160, 24);
			writeTimeCode(picture, code);
			expect(readTimeCode(shown(picture))).toEqual(code);
		});
		fc.assert(kept, { seed: 5, numRuns: 50 });
	});

	it('lets its fields wrap', () => {
		const picture = blankYuvImage(160, 24);
		writeTimeCode(picture, { time: 0, sequence: 2 ** 32 + 7, camera: 2 ** 20 + 9 });
		expect(readTimeCode(shown(picture))).toEqual({ time: 0, sequence: 7, camera: 9 });
	});

	it('survives noise, blur and a narrower range of brightness', () => {
		expect(readTimeCode(shown(coded(), (sample, at) => sample + ((at * 7919) % 101) - 50))).toEqual(CODE);
		expect(readTimeCode(blurred(coded()))).toEqual(CODE);
		expect(readTimeCode(shown(coded(), (sample) => 60 + sample * 0.55))).toEqual(CODE);
	});

	it('draws over the bottom of the picture only, in grey', () => {
		const picture = coded();
		expect(picture.y.subarray(0, 640 * 456).every((sample) => sample === 90)).toBe(true);
		expect(new Set(picture.y.subarray(640 * 456))).toEqual(new Set([16, 235]));
	});

	it('is not seen where there is none', () => {
		expect(readTimeCode(shown(blankYuvImage(640, 480)))).toBeUndefined();
		const white = blankYuvImage(640, 480);
		white.y.fill(255);
		expect(readTimeCode(shown(white))).toBeUndefined();
		expect(readTimeCode(shown(blankYuvImage(159, 120)))).toBeUndefined();
		expect(readTimeCode({ width: 640, height: 480, rgba: new Uint8Array(0) })).toBeUndefined();
	});

	it('is given up if a single bit is wrong', () => {
		const picture = coded();
		for (let row = 456; row < 464; row++) {
			const at = row * 640 + 48;
			picture.y.fill(251 - (picture.y[at] ?? 0), at, at + 16);
		}
		expect(readTimeCode(shown(picture))).toBeUndefined();
	});

	it('cannot be written where it has no room', () => {
		const wanted = expect.objectContaining({ code: 'bad-size' });
		expect(() => writeTimeCode(blankYuvImage(144, 96), CODE)).toThrow(wanted);
	});
});

describe('cameraId', () => {
	it('is the FNV-1a hash of the name, folded to 20 bits', () => {
		expect(cameraId('')).toBe((0x811c9dc5 >>> 20) ^ (0x811c9dc5 & 0xfffff));
		expect(cameraId('a')).toBe((0xe40c292c >>> 20) ^ (0xe40c292c & 0xfffff));
		expect(cameraId('foobar')).toBe((0xbf9cf968 >>> 20) ^ (0xbf9cf968 & 0xfffff));
	});

	it('tells cameras apart', () => {
		const ids = Array.from({ length: 100 }, (_, index) => cameraId(`camera-${index}`));
		expect(new Set(ids).size).toBe(100);
	});
});
