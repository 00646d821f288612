import { describe, expect, it } from 'vitest';
import { blankPicture } from '../picture/picture.ts';
import { type AccessUnit, accessUnitOf } from './access-unit.ts';
import { nalUnitsOf } from './annexb.ts';
import { nalType } from './nal.ts';
import { H264Stream } from './stream.ts';
import { H264Encoder } from './write/encode.ts';

function pictures(width: number, keys: readonly boolean[]): AccessUnit[] {
	const encoder = new H264Encoder({ width, height: 64, framesPerSecond: 10 });
	return keys.map((forceKey, turn) => {
		const picture = blankPicture(width, 64);
		picture.y.fill(turn * 16);
		return encoder.encode(picture, { forceKey });
	});
}

/** The unit without its parameter sets, as a stream has them that sends those only once. */
function bare(unit: AccessUnit): AccessUnit {
	return madeOf(nalsOf(unit).filter((nal) => nalType(nal) !== 7 && nalType(nal) !== 8));
}

function nalsOf({ annexB }: AccessUnit): Uint8Array[] {
	return nalUnitsOf(annexB);
}

function madeOf(nals: readonly Uint8Array[]): AccessUnit {
	const unit = accessUnitOf(nals, true);
	if (!unit) throw new Error('no picture');
	return unit;
}

const [KEY, DELTA, KEY_2, DELTA_2] = pictures(64, [true, false, true, false]) as [
	AccessUnit,
	AccessUnit,
	AccessUnit,
	AccessUnit,
];
const WIDER = pictures(96, [true, false]) as [AccessUnit, AccessUnit];
const SPS = nalsOf(KEY)[0] ?? new Uint8Array();

describe('H264Stream', () => {
	it('passes a good stream on as it is and says its format once', () => {
		const stream = new H264Stream();
		const frames = [KEY, DELTA, KEY_2, DELTA_2].map((unit) => stream.push(unit));
		expect(frames.map((frame) => frame?.formatChanged)).toEqual([true, false, false, false]);
		expect(frames.map((frame) => frame?.annexB)).toEqual([KEY, DELTA, KEY_2, DELTA_2].map(({ annexB }) => annexB));
		expect(stream.format).toMatchObject({ width: 64, height: 64, codec: 'avc1.42C01E' });
		expect(frames.every((frame) => frame?.format === stream.format)).toBe(true);
		expect([stream.withheld, stream.reorders]).toEqual([0, false]);
	});

	it('withholds what is before the first key, and keys whose parameter sets have not come', () => {
		const stream = new H264Stream();
		expect(stream.push(DELTA)).toBeUndefined();
		expect(stream.push(bare(KEY))).toBeUndefined();
		expect(stream.push(DELTA)).toBeUndefined();
		expect(stream.push(KEY)?.formatChanged).toBe(true);
		expect(stream.withheld).toBe(3);
	});

	it('puts the parameter sets before keys that lack them', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		const frame = stream.push(bare(KEY_2));
		expect(frame).toMatchObject({ key: true, formatChanged: false, annexB: KEY_2.annexB });
	});

	it('remembers parameter sets that came before a picture that is no key', () => {
		const stream = new H264Stream();
		const withSets = madeOf([...nalsOf(KEY).slice(0, 2), ...nalsOf(DELTA)]);
		expect(stream.push(withSets)).toBeUndefined();
		expect(stream.push(bare(KEY))?.annexB).toEqual(KEY.annexB);
	});

	it('tells a new size with the key that has it', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		const frame = stream.push(WIDER[0]);
		expect([frame?.formatChanged, frame?.format.width]).toEqual([true, 96]);
		expect(stream.push(WIDER[1])?.formatChanged).toBe(false);
		expect(stream.push(KEY)?.format.width).toBe(64);
	});

	it('withholds what refers to a torn picture, up to the next key', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		expect(stream.push({ ...DELTA, intact: false })).toBeUndefined();
		expect(stream.push(DELTA)).toBeUndefined();
		expect(stream.push(KEY_2)?.key).toBe(true);
		expect(stream.withheld).toBe(2);
	});

	it('warns of B slices', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		// first_mb_in_slice 0, slice_type 6 (all B), pic_parameter_set_id 0
		stream.push(madeOf([Uint8Array.of(0x01, 0b1_00111_1_1, 0x80)]));
		expect(stream.reorders).toBe(true);
	});

	it.each([
		['bad-sps', madeOf([SPS.subarray(0, 5), Uint8Array.of(0x65, 0xb8, 0x80)])],
		['bad-pps', madeOf([Uint8Array.of(0x68), Uint8Array.of(0x65, 0xb8, 0x80)])],
		['bad-slice', madeOf([Uint8Array.of(0x65, 0x80)])],
		['bad-sps', madeOf([new Uint8Array(5000).fill(0x67), Uint8Array.of(0x65, 0xb8, 0x80)])],
	])('throws %s, and goes on with the next key', (code, unit) => {
		const stream = new H264Stream();
		stream.push(KEY);
		expect(() => stream.push(unit)).toThrow(expect.objectContaining({ code }));
		expect(stream.push(DELTA)).toBeUndefined();
		expect(stream.push(bare(KEY_2))?.annexB).toEqual(KEY_2.annexB);
		expect(stream.withheld).toBe(2);
	});
});
