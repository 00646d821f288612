import { spsOf } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';
import { codecString, parseSps } from './sps.ts';

function bytes(digits: string): Uint8Array {
	return Uint8Array.from(digits.split(' '), (pair) => Number.parseInt(pair, 16));
}

/** As libx264 wrote them. */
const ZERO_LATENCY = bytes('67 42 c0 1e da 02 80 f6 c0 44 00 00 03 00 04 00 00 03 00 ca 3c 58 ba 80');
const HIGH_1080 = bytes('67 64 00 28 ac d9 40 78 02 27 e5 c0 44 00 00 03 00 04 00 00 03 00 f0 3c 60 c6 58');
const INTERLACED = bytes(
	'67 64 00 1e ac d9 40 b4 24 d8 08 80 00 00 03 00 80 00 00 19 30 10 00 7a 12 00 0f 42 51 61 80 7c 50 a6 58',
);
const WIDE_PIXELS = bytes('67 64 00 0d ac d9 41 60 96 c1 44 00 00 03 00 04 00 00 03 00 c8 3c 50 a6 58');
const HIGH_422 = bytes('67 7a 00 0d b6 cd 94 14 1f ea f0 11 00 00 03 00 01 00 00 03 00 32 0f 14 29 96');

describe('parseSps', () => {
	it('reads a stream for low latency', () => {
		expect(parseSps(ZERO_LATENCY)).toEqual({
			...{ id: 0, profileIdc: 66, constraintFlags: 0xc0, levelIdc: 30, codec: 'avc1.42C01E' },
			...{ width: 640, height: 480, chromaFormatIdc: 1, bitDepthLuma: 8, bitDepthChroma: 8 },
			...{ frameMbsOnly: true, pocType: 2, maxNumRefFrames: 1, maxNumReorderFrames: 0, maxDecFrameBuffering: 1 },
			...{ fullRange: false, framesPerSecond: 25, pixelAspect: undefined, damage: undefined },
			...{ frameNumBits: 4, orderCoding: { type: 2 }, separatePlanes: false, codedPixels: 640 * 480 },
		});
	});

	it('keeps what comes before damage in what is optional, whatever that is', () => {
		const whole = parseSps(WIDE_PIXELS);
		expect(whole).toMatchObject({
			pixelAspect: [40, 33],
			framesPerSecond: 25,
			maxNumReorderFrames: 2,
			damage: undefined,
		});
		const sizes = Array.from({ length: WIDE_PIXELS.length - 10 }, (_, cut) =>
			parseSps(WIDE_PIXELS.subarray(0, 10 + cut)),
		);
		expect(sizes.every(({ width, height, codec }) => `${codec} ${width}x${height}` === 'avc1.64000D 352x288')).toBe(
			true,
		);
		expect(sizes.every(({ damage }) => damage?.startsWith('The SPS of the stream ends within'))).toBe(true);
		expect(sizes.at(-3)).toMatchObject({ pixelAspect: [40, 33], framesPerSecond: 25 });
	});

	it.each([
		['1 00000000', undefined],
		['1 00000001', undefined],
		['1 00001110', [4, 3]],
		['1 00010000', [2, 1]],
		['1 00010001', undefined],
		['1 11111111 0000000000000100 0000000000000011', [4, 3]],
		['1 11111111 0000000000000000 0000000000000011', undefined],
		['1 11111111 1000000000000000 0000000000000001', undefined],
		['0', undefined],
	])('reads the shape of pixels, or takes them for square: %s', (fields, pixelAspect) => {
		const size = '1 1 011 010 0 0001011 0001011 1 1 0';
		expect(parseSps(bits(66, 0, 30, `${size} 1 ${fields} 0 0 0 0 0 0 0 0`))).toMatchObject({
			...{ width: 176, height: 176, pixelAspect, damage: undefined },
		});
	});

	it('does not mind what a Raspberry Pi writes into the header byte', () => {
		const pi = ZERO_LATENCY.slice();
		pi[0] = 0x27;
		expect(parseSps(pi)).toEqual(parseSps(ZERO_LATENCY));
	});

	it('crops 1088 lines to 1080, and finds out about B-frames', () => {
		const sps = parseSps(HIGH_1080);
		expect(sps).toMatchObject({ codec: 'avc1.640028', width: 1920, height: 1080, pocType: 0, framesPerSecond: 30 });
		expect(sps.maxNumReorderFrames).toBe(2);
	});

	it('reads over buffer models, and counts lines of both fields', () => {
		const sps = parseSps(INTERLACED);
		expect(sps).toMatchObject({ width: 720, height: 576, frameMbsOnly: false, framesPerSecond: 25 });
		expect(sps.maxNumReorderFrames).toBe(2);
	});

	it('reads over scaling lists, and crops in units of the chroma format', () => {
		const facts = { width: 318, height: 238, chromaFormatIdc: 2, bitDepthLuma: 10, bitDepthChroma: 10 };
		expect(parseSps(HIGH_422)).toMatchObject({ codec: 'avc1.7A000D', ...facts });
	});

	it.each([
		[160, 120, 10, 30],
		[640, 480, 25, 30],
		[1280, 720, 30, 31],
		[1920, 1080, 30, 40],
		[168, 136, 12.5, 30],
		[4096, 2304, 50, 52],
	])('reads what we write: %dx%d at %d has level %d', (width, height, framesPerSecond, levelIdc) => {
		expect(parseSps(spsOf({ width, height, framesPerSecond }))).toMatchObject({
			...{ width, height, framesPerSecond, levelIdc, fullRange: true },
			...{ pocType: 2, maxNumReorderFrames: 0, maxDecFrameBuffering: 1 },
		});
	});

	it('infers how many pictures may be held back where the stream does not say', () => {
		// Main, level 3.0, POC type 0, 3 reference frames, 40x30 macroblocks, no VUI: 8100 / 1200 frames fit.
		expect(parseSps(bits(77, 0, 30, '1 1 1 1 00100 0 00000101000 000011110 1 1 0 0')).maxNumReorderFrames).toBe(6);
		// The same with POC type 2: order of output is order of decoding.
		expect(parseSps(bits(77, 0, 30, '1 1 011 00100 0 00000101000 000011110 1 1 0 0')).maxNumReorderFrames).toBe(0);
		// POC type 1 with a cycle of two.
		expect(parseSps(bits(77, 0, 10, '1 1 010 0 1 1 011 1 1 010 0 011 1 1 1 0 0')).maxNumReorderFrames).toBe(16);
		// High with constraint_set3_flag promises that there are only key pictures.
		expect(parseSps(bits(100, 0x10, 30, '1 010 1 1 0 0 1 1 1 1 0 1 1 1 1 0 0')).maxNumReorderFrames).toBe(0);
	});

	it.each([
		['an end in the middle', ZERO_LATENCY.subarray(0, 6), 'ends within'],
		['nothing behind its header', ZERO_LATENCY.subarray(0, 1), 'profile_idc'],
		['a number over its limit', bits(66, 0, 30, '1 1 00101'), 'pic_order_cnt_type'],
		['a number without end', bits(66, 0, 30, '0'.repeat(40)), 'seq_parameter_set_id'],
		['a picture that is all cropped', bits(66, 0, 30, '1 1 1 1 010 0 010 010 1 1 1 1 000010001 1 1'), 'crop'],
		['more macroblocks than any level has', bits(66, 0, 30, `1 1 1 1 010 0 ${ue(1055)}`), 'pic_width_in_mbs_minus1'],
	])('refuses %s and names the field', (_what, sps, field) => {
		expect(() => parseSps(sps)).toThrow(expect.objectContaining({ code: 'bad-sps' }));
		expect(() => parseSps(sps)).toThrow(field);
	});
});

describe('codecString', () => {
	it('is in hexadecimal with two digits each', () => {
		expect(codecString(Uint8Array.of(0x67, 0x4d, 0x00, 0x0a))).toBe('avc1.4D000A');
	});
});

/** Profile, constraints and level, then bits as they are written in the standard. */
function bits(profile: number, constraints: number, level: number, fields: string): Uint8Array {
	const plain = `${fields.replaceAll(' ', '')}1`;
	const padded = plain.padEnd(Math.ceil(plain.length / 8) * 8, '0');
	const body = padded.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
	return Uint8Array.of(0x67, profile, constraints, level, ...body);
}

function ue(value: number): string {
	const digits = (value + 1).toString(2);
	return '0'.repeat(digits.length - 1) + digits;
}
