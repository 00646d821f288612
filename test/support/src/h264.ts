import { ascii, concat } from '@oriel/base';
import {
	type AccessUnit,
	annexBOf,
	blankYuvImage,
	buildAvcc,
	mp4NalUnits,
	NAL,
	nalType,
	nalUnitsOf,
	toLengthPrefixed,
} from '@oriel/media';
import { H264Encoder, TestPattern } from '@oriel/testcard';

const AVC = 7;
const VIDEO_TAG = 9;

/** Small access units, a flat grey each, of any size from 8x8: `k` is a key frame, `d` depends on the one before. */
export function h264Units(kinds: string, width: number = 64, height: number = 64): Uint8Array<ArrayBuffer>[] {
	const encoder = new H264Encoder({ width, height, framesPerSecond: 10 });
	const image = blankYuvImage(width, height);
	return Array.from(kinds, (kind, turn) => {
		image.y.fill((turn * 37) % 256);
		return Buffer.from(encoder.encode(image, { forceKey: kind === 'k' }).annexB);
	});
}

/** A key frame without its parameter sets: no decoder can begin with it. */
export function spoiltUnit(): Uint8Array {
	return Uint8Array.of(0, 0, 0, 1, 0x65, 0x88, 0x80);
}

/** Pictures of the test pattern as a camera sends them: `k` is a key frame, `d` depends on the one before. */
export function h264(kinds: string, width: number = 160, height: number = 128): AccessUnit[] {
	const pattern = new TestPattern({ width, height, title: 'test', camera: 'test' });
	const encoder = new H264Encoder({ width, height, framesPerSecond: 25 });
	return Array.from(kinds, (kind, sequence) => {
		const picture = pattern.paint({ time: sequence * 40_000, sequence, clockText: '14:02' });
		return encoder.encode(picture, { forceKey: kind === 'k' });
	});
}

/** The unit without the NAL units of some types. */
export function without({ annexB }: AccessUnit, ...types: number[]): Uint8Array {
	return annexBOf(nalUnitsOf(annexB).filter((nal) => !types.includes(nalType(nal))));
}

/** An unbroken byte stream of them. */
export function annexBStream(units: readonly AccessUnit[]): Uint8Array {
	return concat(units.map(({ annexB }) => annexB));
}

export interface FlvOptions {
	/** The number that the tags claim. */
	readonly codec?: number;
	/** From one frame to the next. */
	readonly intervalMs?: number;
}

/** What a muxer such as `ffmpeg -f flv` writes of access units: the parameter sets once, in front. */
export function flvStream(
	units: readonly Uint8Array[],
	{ codec = AVC, intervalMs = 40 }: FlvOptions = {},
): Uint8Array<ArrayBuffer> {
	const types = (unit: Uint8Array) => nalUnitsOf(unit).map(nalType);
	const nals = units.flatMap(nalUnitsOf);
	const [sps] = nals.filter((nal) => nalType(nal) === NAL.sps);
	const [pps] = nals.filter((nal) => nalType(nal) === NAL.pps);
	const record = buildAvcc(sps ? [sps] : [], pps ? [pps] : []);
	const header = Uint8Array.from([...ascii('FLV'), 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);
	const config = videoTag(0, concat([Uint8Array.of(0x10 | codec, 0, 0, 0, 0), record]));
	const frames = units.map((unit, index) => {
		const head = Uint8Array.of((types(unit).includes(NAL.idr) ? 0x10 : 0x20) | codec, 1, 0, 0, 0);
		return videoTag(index * intervalMs, concat([head, toLengthPrefixed(annexBOf(mp4NalUnits(unit)))]));
	});
	return concat([header, config, ...frames]);
}

function videoTag(timeMs: number, body: Uint8Array): Uint8Array {
	const head = [VIDEO_TAG, ...u24(body.length), ...u24(timeMs), 0, 0, 0, 0];
	return concat([Uint8Array.from(head), body, Uint8Array.of(0, ...u24(body.length + head.length))]);
}

function u24(value: number): number[] {
	return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}
