import { ascii, concat } from '@oriel/base';
import { ppsOf, spsOf } from '@oriel/testcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annexBOf } from '../h264/annexb.ts';
import { buildAvcc, toLengthPrefixed } from '../h264/avcc.ts';
import { FlvReader } from './read.ts';

const SPS = spsOf({ width: 64, height: 64, framesPerSecond: 10 });
const PPS = ppsOf();
const KEY = Uint8Array.of(0x65, 0xb8, 1, 0x80);
const DELTA = Uint8Array.of(0x41, 0xe0, 2, 0x80);
const HEADER = Uint8Array.from([...ascii('FLV'), 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);
const AUDIO = 8;
const VIDEO = 9;
const SCRIPT = 18;

function u24(value: number): number[] {
	return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

function tag(type: number, time: number, body: Uint8Array): Uint8Array {
	const head = [type, ...u24(body.length), ...u24(time & 0xffffff), (time >>> 24) & 0xff, 0, 0, 0];
	const size = body.length + 11;
	return concat([Uint8Array.from(head), body, Uint8Array.of(0, ...u24(size))]);
}

function config(record: Uint8Array = buildAvcc([SPS], [PPS])): Uint8Array {
	return tag(VIDEO, 0, concat([Uint8Array.of(0x17, 0, 0, 0, 0), record]));
}

function picture(nals: readonly Uint8Array[], time: number, composition = 0): Uint8Array {
	const head = [nals.includes(KEY) ? 0x17 : 0x27, 1, ...u24(composition)];
	return tag(VIDEO, time, concat([Uint8Array.from(head), toLengthPrefixed(annexBOf(nals))]));
}

function reader(maxBytes = 1000): FlvReader {
	return new FlvReader({ maxBytes });
}

const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('FlvReader', () => {
	it('gives each picture with the push of its last byte, the parameter sets put before keys', () => {
		const read = reader();
		expect(read.push(concat([HEADER, tag(SCRIPT, 0, ascii('onMetaData')), config()]))).toEqual([]);
		const key = picture([KEY], 40);
		expect(read.push(key.subarray(0, -5))).toEqual([]);
		expect(read.push(key.subarray(-5, -4))).toEqual([
			{
				unit: { key: true, annexB: annexBOf([SPS, PPS, KEY]), hasParameterSets: true, intact: true },
				timestampMs: 40,
				compositionMs: 0,
			},
		]);
		expect(read.push(key.subarray(-4))).toEqual([]);
		expect(read.push(picture([DELTA], 80))).toMatchObject([{ timestampMs: 80, unit: { key: false } }]);
		expect([read.skippedTags, read.pendingBytes]).toEqual([1, 0]);
	});

	it('leaves keys that bring their own parameter sets alone, and delimiters out', () => {
		const other = spsOf({ width: 96, height: 64, framesPerSecond: 10 });
		const delimiter = Uint8Array.of(9, 0xf0);
		const [video] = reader().push(concat([HEADER, config(), picture([delimiter, other, PPS, KEY], 0)]));
		expect(video?.unit.annexB).toEqual(annexBOf([other, PPS, KEY]));
	});

	it('takes a new avcC in the middle', () => {
		const other = spsOf({ width: 96, height: 64, framesPerSecond: 10 });
		const stream = concat([HEADER, config(), picture([KEY], 0), config(buildAvcc([other], [PPS])), picture([KEY], 40)]);
		const seen = reader().push(stream);
		expect(seen.map(({ unit }) => unit.annexB)).toEqual([annexBOf([SPS, PPS, KEY]), annexBOf([other, PPS, KEY])]);
	});

	it('reads times of more than 24 bits and offsets below zero', () => {
		const stream = concat([HEADER, config(), picture([KEY], 0xfeedbeef, 0xffffd8), picture([DELTA], 0, 80)]);
		const seen = reader().push(stream);
		expect(seen.map(({ timestampMs, compositionMs }) => [timestampMs, compositionMs])).toEqual([
			[0xfeedbeef, -40],
			[0, 80],
		]);
	});

	it('skips sound, commands, empty tags and end marks', () => {
		const sound = tag(AUDIO, 0, new Uint8Array(5000));
		const command = tag(VIDEO, 0, Uint8Array.of(0x57, 0));
		const end = tag(VIDEO, 0, Uint8Array.of(0x17, 2, 0, 0, 0));
		const nothing = [sound, command, end, tag(VIDEO, 0, new Uint8Array(0)), tag(AUDIO, 0, new Uint8Array(0))];
		expect(reader().push(concat([HEADER, config(), ...nothing, picture([KEY], 7)]))).toMatchObject([
			{ timestampMs: 7 },
		]);
	});

	it('gives the same for every way of cutting the stream', () => {
		const stream = concat([
			...[HEADER, config(), picture([KEY], 0), tag(AUDIO, 3, new Uint8Array(50)), picture([DELTA], 40)],
			...[tag(SCRIPT, 50, new Uint8Array(9)), picture([DELTA, DELTA], 80), picture([SPS, PPS, KEY], 120)],
		]);
		const wanted = reader().push(stream);
		expect(wanted).toHaveLength(4);
		const same = fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
			const read = reader();
			const seen = [];
			for (let at = 0, turn = 0; at < stream.length; turn++) {
				const size = sizes[turn % sizes.length] ?? 1;
				seen.push(...read.push(stream.subarray(at, at + size)));
				at += size;
			}
			expect(seen).toEqual(wanted);
		});
		fc.assert(same, { seed: 51, numRuns: 100, examples: [[[1]]] });
	});

	it.each([
		['bad-flv', 'no FLV', ascii('RIFF00000000000')],
		['bad-flv', 'a header without end', Uint8Array.from([...ascii('FLV'), 1, 5, 0, 1, 0, 9])],
		['bad-flv', 'an unknown tag', concat([HEADER, tag(7, 0, KEY)])],
		['unsupported-codec', 'Sorenson', concat([HEADER, tag(VIDEO, 0, Uint8Array.of(0x12, 0, 0, 0, 0))])],
		['unsupported-codec', 'hvc1', concat([HEADER, tag(VIDEO, 0, Uint8Array.of(0x90, ...ascii('hvc1'), 1))])],
		['picture-too-large', '5000', concat([HEADER, config(), tag(VIDEO, 0, new Uint8Array(5000)).subarray(0, 11)])],
	])('throws %s for %s, and then for everything', (wanted, _what, stream) => {
		const read = reader();
		expect(() => read.push(stream)).toThrow(code(wanted));
		expect(() => read.push(HEADER)).toThrow(code(wanted));
		expect(read.pendingBytes).toBe(0);
	});

	it.each([
		['a picture before its avcC', picture([KEY], 0), 1],
		['a video tag that is too short', tag(VIDEO, 0, Uint8Array.of(0x17, 1)), 0],
		['a broken avcC', config(Uint8Array.of(1, 2)), 0],
		['an avcC that is cut off', config(buildAvcc([SPS], [PPS]).subarray(0, -3)), 0],
	])('passes over %s, and goes on with what is good', (_what, damaged, lost) => {
		const read = reader();
		const good = concat([config(), picture([KEY], 40), damaged, picture([DELTA], 80)]);
		expect(read.push(concat([HEADER, damaged]))).toEqual([]);
		expect(read.push(good).map(({ timestampMs }) => timestampMs)).toEqual(
			damaged.length === picture([KEY], 0).length ? [40, 0, 80] : [40, 80],
		);
		expect(read.lostPictures).toBe(lost);
	});

	it('loses a picture whose lengths reach too far, and what refers to it, but not the stream', () => {
		const torn = tag(VIDEO, 40, Uint8Array.of(0x27, 1, 0, 0, 0, 9, 9, 9, 9, 1));
		const read = reader();
		const before = read.push(concat([HEADER, config(), picture([KEY], 0), torn, picture([DELTA], 80)]));
		expect(before.map(({ unit }) => unit.intact)).toEqual([true, false]);
		expect([read.lostPictures, read.damage]).toEqual([1, expect.stringContaining('reaches beyond')]);
		const after = read.push(concat([picture([KEY], 120), picture([DELTA], 160)]));
		expect(after.map(({ unit }) => unit.intact)).toEqual([true, true]);
		expect(read.damage).toBeUndefined();
	});

	it('puts the sets of the avcC before those of a key where these are damaged', () => {
		const [video] = reader().push(concat([HEADER, config(), picture([SPS.subarray(0, 6), PPS, KEY], 0)]));
		expect(video?.unit.annexB).toEqual(annexBOf([SPS, PPS, SPS.subarray(0, 6), PPS, KEY]));
	});

	it('reads H.264 in the tags of enhanced RTMP', () => {
		const extended = (first: number, body: readonly number[]) =>
			tag(VIDEO, 40, Uint8Array.from([0x80 | first, ...ascii('avc1'), ...body]));
		const sample = (nal: Uint8Array) => [...toLengthPrefixed(annexBOf([nal]))];
		const seen = reader().push(
			concat([
				...[HEADER, extended(0x10, [...buildAvcc([SPS], [PPS])]), extended(0x14, [1, 2, 3])],
				...[extended(0x11, [0, 0, 80, ...sample(KEY)]), extended(0x23, sample(DELTA)), extended(0x12, [])],
			]),
		);
		expect(seen.map(({ unit, compositionMs }) => [unit.key, compositionMs])).toEqual([
			[true, 80],
			[false, 0],
		]);
	});

	it.each([
		['hvc1', 'H.265 (hvc1)'],
		['av01', 'AV1 (av01)'],
		['vp09', 'VP9 (vp09)'],
		['what', 'what'],
	])('names the codec that it does not read: %s', (fourCc, name) => {
		const tagged = concat([HEADER, tag(VIDEO, 0, Uint8Array.of(0x90, ...ascii(fourCc), 1))]);
		expect(() => reader().push(tagged)).toThrow(name);
	});
});
