import { encodeJpeg, type YuvImage } from '@oriel/media';
import { describe, expect, it } from 'vitest';
import { cameraId } from '../time-code/camera-id.ts';
import { readTimeCode } from '../time-code/read.ts';
import { TestPattern } from './paint.ts';

const MOMENT = { time: 1_795_341_727_000_000, sequence: 42, clockText: '14:02:07.123' };

function pattern(width = 640, height = 480, title = 'Garden'): TestPattern {
	return new TestPattern({ width, height, title, camera: 'garden' });
}

function codeIn({ width, height, y }: YuvImage) {
	const rgba = new Uint8Array(width * height * 4);
	y.forEach((sample, at) => {
		rgba.fill(sample, at * 4, at * 4 + 3);
	});
	return readTimeCode({ width, height, rgba });
}

/** Compares without a word about the difference: that would take seconds for planes. */
function same(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((sample, at) => sample === b[at]);
}

/** Columns in which something between two rows differs. */
function changedColumns(a: YuvImage, b: YuvImage, rows: readonly [number, number]): number[] {
	const columns = new Set<number>();
	for (let at = rows[0] * a.width; at < rows[1] * a.width; at++) if (a.y[at] !== b.y[at]) columns.add(at % a.width);
	return [...columns];
}

describe('TestPattern', () => {
	it.each([
		[160, 120],
		[160, 1080],
		[320, 240],
		[640, 360],
		[800, 600],
		[1280, 720],
		[1920, 120],
		[1920, 1080],
	])('paints %dx%d, with a time code', (width, height) => {
		const picture = pattern(width, height).paint(MOMENT);
		expect(codeIn(picture)).toEqual({ time: MOMENT.time, sequence: 42, camera: cameraId('garden') });
		expect(encodeJpeg(picture, { quality: 70 }).length).toBeLessThan(100_000);
	});

	it.each([
		[641, 480],
		[640, 481],
		[152, 120],
		[160, 112],
		[1928, 1080],
		[Number.NaN, 480],
	])('refuses %dx%d and says which sizes there are', (width, height) => {
		const refusal = expect.objectContaining({
			code: 'bad-size',
			message: expect.stringContaining('160x120 to 1920x1080'),
		});
		expect(() => pattern(width, height)).toThrow(refusal);
	});

	it('paints the same moment the same way, over whatever was there', () => {
		const busy = pattern();
		const first = structuredClone(busy.paint(MOMENT));
		busy.paint({ time: 0, sequence: 9, clockText: 'something else' });
		const { y, cb, cr } = busy.paint(MOMENT);
		expect([same(y, first.y), same(cb, first.cb), same(cr, first.cr)]).toEqual([true, true, true]);
	});

	it('uses the same planes for every picture', () => {
		const busy = pattern();
		const { y } = busy.paint(MOMENT);
		expect(busy.paint({ ...MOMENT, sequence: 43 }).y).toBe(y);
	});

	it('moves a little in every picture, at a constant speed', () => {
		const busy = pattern();
		const heads = [0, 1, 2, 3].map((step) => {
			const before = structuredClone(busy.paint({ ...MOMENT, time: MOMENT.time + step * 100_000 }));
			const after = busy.paint({ ...MOMENT, time: MOMENT.time + (step + 1) * 100_000 });
			return Math.max(...changedColumns(before, after, [250, 300]));
		});
		const steps = heads.slice(1).map((head, index) => head - (heads[index] ?? 0));
		expect(steps.every((step) => step >= 15 && step <= 17)).toBe(true);
	});

	it('shows the clock as it is told', () => {
		const busy = pattern();
		const before = structuredClone(busy.paint(MOMENT));
		const after = busy.paint({ ...MOMENT, clockText: '14:02:08.123' });
		const columns = changedColumns(before, after, [100, 220]);
		expect(Math.max(...columns) - Math.min(...columns)).toBeLessThan(45);
	});

	it('takes any title: accents come off, what is too long is cut, what it cannot write is a hyphen', () => {
		const title = (text: string) => pattern(640, 480, text).paint(MOMENT).y;
		expect(same(title('Gärten'), title('Garten'))).toBe(true);
		expect(same(title('a→b'), title('a-b'))).toBe(true);
		expect(same(title('a.b'), title('a-b'))).toBe(false);
		expect(title('x'.repeat(500))).toHaveLength(640 * 480);
	});
});
