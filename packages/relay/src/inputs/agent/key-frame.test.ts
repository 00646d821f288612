import { type AccessUnit, NAL } from '@oriel/media';
import { h264, without } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { expect, it } from 'vitest';
import { formatOfKey } from './key-frame.ts';

const [KEY, DELTA] = h264('kd') as [AccessUnit, AccessUnit];

it('a key frame with its parameter sets says its format', () => {
	expect(formatOfKey(KEY.annexB)).toEqual({
		codec: 'h264',
		codecString: expect.stringMatching(/^avc1\.[0-9a-f]{6}$/i),
		width: 160,
		height: 128,
	});
});

it.each([
	['one without a sequence parameter set', without(KEY, NAL.sps)],
	['one without a picture parameter set', without(KEY, NAL.pps)],
	['one without a picture', without(KEY, NAL.idr)],
	[
		'parameter sets before a picture that depends on another',
		new Uint8Array([...without(KEY, NAL.idr), ...DELTA.annexB]),
	],
	['a picture that depends on another', DELTA.annexB],
	[
		'a sequence parameter set that makes no sense',
		new Uint8Array([...[0, 0, 0, 1, 0x67, 66, 0], ...without(KEY, NAL.sps)]),
	],
	['one behind bytes that belong to nothing', new Uint8Array([7, 7, 7, 7, ...KEY.annexB])],
	['a JPEG', jpeg(1)],
	['nothing', new Uint8Array()],
])('decoding cannot begin with %s', (_words, data) => {
	expect(formatOfKey(data)).toBeUndefined();
});
