import { concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { encodeJpeg } from './encode.ts';
import { inspectJpeg } from './inspect.ts';

const whole = encodeJpeg(blankYuvImage(48, 32), { quality: 50 });

describe('inspectJpeg', () => {
	it('tells the size and shares the bytes of a picture that is whole', () => {
		const jpeg = inspectJpeg(whole);
		expect(jpeg).toMatchObject({ width: 48, height: 32, hasHuffmanTables: true });
		expect(jpeg?.bytes.buffer).toBe(whole.buffer);
		expect(jpeg?.bytes).toEqual(whole);
	});

	it.each([
		['zeros', new Uint8Array(700)],
		['one zero', new Uint8Array(1)],
		['a line end', Uint8Array.of(13, 10)],
	])('leaves off %s behind the end', (_what, padding) => {
		expect(inspectJpeg(concat([whole, padding]))?.bytes).toEqual(whole);
	});

	it('adds the end that is missing, in place of padding', () => {
		const open = whole.subarray(0, -2);
		expect(inspectJpeg(open)?.bytes).toEqual(whole);
		expect(inspectJpeg(concat([open, new Uint8Array(9)]))?.bytes).toEqual(whole);
	});

	it.each([
		['less than 125 bytes', whole.subarray(0, 124)],
		['something before the SOI', concat([Uint8Array.of(0), whole])],
		['only a header', whole.subarray(0, 500)],
		['no frame header', concat([whole.subarray(0, 2), whole.subarray(whole.length - 90), new Uint8Array(90)])],
		['zeros', new Uint8Array(1000)],
	])('takes no picture from %s', (_what, bytes) => {
		expect(inspectJpeg(bytes)).toBeUndefined();
	});
});
