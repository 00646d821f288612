import { ascii, concat } from '@oriel/base';
import {
	type AccessUnit,
	annexBOf,
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

/** Pictures of the test pattern as a camera sends them: `K` is a key frame, `d` depends on the one before. */
export function h264(kinds: string, width = 160, height = 128): AccessUnit[] {
	const pattern = new TestPattern({ width, height, title: 'test', camera: 'test' });
	const encoder = new H264Encoder({ width, height, framesPerSecond: 25 });
	return Array.from(kinds, (kind, sequence) => {
		const picture = pattern.paint({ time: sequence * 40_000, sequence, clockText: '14:02' });
		return encoder.encode(picture, { forceKey: kind === 'K' });
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

/** What a muxer writes of them: the parameter sets once, in front. `codec`: the number that the tags claim. */
export function flvStream(units: readonly AccessUnit[], codec = AVC): Uint8Array {
	const nals = units.flatMap(({ annexB }) => nalUnitsOf(annexB));
	const [sps] = nals.filter((nal) => nalType(nal) === NAL.sps);
	const [pps] = nals.filter((nal) => nalType(nal) === NAL.pps);
	const record = buildAvcc(sps ? [sps] : [], pps ? [pps] : []);
	const header = Uint8Array.from([...ascii('FLV'), 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);
	const config = videoTag(0, concat([Uint8Array.of(0x10 | codec, 0, 0, 0, 0), record]));
	const pictures = units.map(({ key, annexB }, index) =>
		videoTag(
			index * 40,
			concat([Uint8Array.of((key ? 0x10 : 0x20) | codec, 1, 0, 0, 0), toLengthPrefixed(annexBOf(mp4NalUnits(annexB)))]),
		),
	);
	return concat([header, config, ...pictures]);
}

function videoTag(timeMs: number, body: Uint8Array): Uint8Array {
	const head = [VIDEO_TAG, ...u24(body.length), ...u24(timeMs), 0, 0, 0, 0];
	return concat([Uint8Array.from(head), body, Uint8Array.of(0, ...u24(body.length + head.length))]);
}

function u24(value: number): number[] {
	return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}
