import { H264Encoder } from '@oriel/testcard';
import { describe, expect, it } from 'vitest';
import { blankYuvImage } from '../image/yuv-image.ts';
import { type AccessUnit, accessUnitOf } from './access-unit.ts';
import { nalUnitsOf } from './annexb.ts';
import { nalType } from './nal.ts';
import { H264Stream } from './stream.ts';

function pictures(width: number, keys: readonly boolean[]): AccessUnit[] {
	const encoder = new H264Encoder({ width, height: 64, framesPerSecond: 10 });
	return keys.map((forceKey, turn) => {
		const picture = blankYuvImage(width, 64);
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
type Nals = readonly Uint8Array[];
const [SPS = new Uint8Array(), PPS = new Uint8Array()] = nalsOf(KEY);

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
		['a damaged SPS', (nals: Nals) => [SPS.subarray(0, 5), ...nals.slice(1)]],
		['a damaged PPS', (nals: Nals) => [SPS, Uint8Array.of(0x68), ...nals.slice(2)]],
		['a PPS that is cut off', (nals: Nals) => [SPS, PPS.subarray(0, -1), ...nals.slice(2)]],
		['an SPS that is cut off in its VUI', (nals: Nals) => [SPS.subarray(0, -4), PPS, ...nals.slice(2)]],
		['sets that are too long', (nals: Nals) => [new Uint8Array(5000).fill(0x67), PPS, ...nals.slice(2)]],
	])('passes over %s, as there is a good one, and tells', (_what, hurt) => {
		const stream = new H264Stream();
		stream.push(KEY);
		const frame = stream.push(madeOf(hurt(nalsOf(KEY_2))));
		expect(frame).toMatchObject({ key: true, formatChanged: false, annexB: KEY_2.annexB });
		expect(stream.push(DELTA_2)?.annexB).toEqual(DELTA_2.annexB);
		expect(stream.problem).toContain('Damaged parameter sets come and are passed over (1 so far): ');
		stream.push(KEY_2);
		expect([stream.problem, stream.withheld]).toEqual([undefined, 0]);
	});

	it.each([
		['an SPS', [SPS.subarray(0, 5), PPS], 'The SPS of the stream ends within'],
		['a PPS', [SPS, Uint8Array.of(0x68)], 'The PPS of the stream ends within'],
	])('withholds pictures and says why where no good one has come in place of %s', (_what, sets, words) => {
		const stream = new H264Stream();
		const slices = nalsOf(KEY).slice(2);
		for (let turn = 0; turn < 3; turn++) {
			expect(stream.push(madeOf([...sets, ...slices]))).toBeUndefined();
			expect(stream.push(DELTA)).toBeUndefined();
		}
		expect(stream.problem).toContain('6 pictures came and cannot be decoded: no good parameter sets have come. ');
		expect(stream.problem).toContain(words);
		expect(stream.push(KEY)?.key).toBe(true);
		expect(stream.problem).toBeUndefined();
	});

	it('takes a set of which only what is optional is damaged, until a better one comes', () => {
		const stream = new H264Stream();
		const cut = madeOf([SPS.subarray(0, -4), ...nalsOf(KEY).slice(1)]);
		expect(stream.push(cut)).toMatchObject({ key: true, annexB: cut.annexB, format: { width: 64, height: 64 } });
		expect(stream.push(KEY_2)).toMatchObject({ formatChanged: true, annexB: KEY_2.annexB });
	});

	it('withholds slices that tell nothing up to the next key, and never throws', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		expect(stream.push(madeOf([Uint8Array.of(0x41, 0x80)]))).toBeUndefined();
		expect(stream.push(DELTA)).toBeUndefined();
		expect(stream.push(madeOf([Uint8Array.of(0x65, 0x80)]))).toBeUndefined();
		expect(stream.push(bare(KEY_2))?.annexB).toEqual(KEY_2.annexB);
		expect(stream.withheld).toBe(3);
	});

	it('leaves damaged sets out of pictures between keys, and the SPS of no use out of keys', () => {
		const stream = new H264Stream();
		stream.push(KEY);
		expect(stream.push(madeOf([SPS.subarray(0, 5), ...nalsOf(DELTA)]))?.annexB).toEqual(DELTA.annexB);
		const [other = SPS] = nalsOf(WIDER[0]);
		// seq_parameter_set_id 1 in place of 0: 010 for the 1 at the beginning shifts all that follows.
		const second = withSpsId(other);
		const frame = stream.push(madeOf([second, ...nalsOf(KEY_2)]));
		expect(frame?.annexB).toEqual(KEY_2.annexB);
		expect(frame?.format.width).toBe(64);
	});

	it.each([
		['keys', 'without a key frame (IDR)', undefined],
		['keys, but with gradual refresh', 'intra refresh', Uint8Array.of(0x06, 0x06, 0x01, 0xc4, 0x80)],
	])('tells an owner whose stream has no %s', (_what, words, sei) => {
		const stream = new H264Stream();
		const unit = madeOf([...(sei ? [sei] : []), SPS, PPS, ...nalsOf(DELTA)]);
		for (let turn = 0; turn < 24; turn++) stream.push(unit);
		expect(stream.problem).toBeUndefined();
		stream.push(unit);
		expect(stream.problem).toContain(words);
	});

	it('tells an owner whose stream has no parameter sets', () => {
		const stream = new H264Stream();
		for (let turn = 0; turn < 25; turn++) stream.push(bare(KEY));
		expect(stream.problem).toContain('no parameter sets (SPS and PPS)');
	});
});

/** The SPS with the number 1. */
function withSpsId(sps: Uint8Array): Uint8Array {
	const bits = Array.from(sps.subarray(4), (byte) => byte.toString(2).padStart(8, '0')).join('');
	const moved = `010${bits.slice(1)}`.padEnd(Math.ceil((bits.length + 2) / 8) * 8, '0');
	const body = moved.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
	return Uint8Array.from([...sps.subarray(0, 4), ...body]);
}
