import { concat } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import { MAX_CONTROL_BYTES, MAX_PICTURE_BYTES, MAX_WATCHED_CAMERAS } from '../message/limits.ts';
import { decode } from './decode.ts';
import { encode, encodeFrame } from './encode.ts';

const frame = { camera: 1, key: true, sequence: 7, capturedAt: 8, data: new Uint8Array([9, 10, 11]) };

function watchOf(padding: number): Uint8Array {
	const json = new TextEncoder().encode(`{"cameras":[]}${' '.repeat(padding)}`);
	const bytes = concat([encode({ type: 'watch', cameras: [] }).subarray(0, 8), json]);
	new DataView(bytes.buffer).setUint32(4, json.length);
	return bytes;
}

describe('decode', () => {
	it('copies no picture: the payload is a window on what was received', () => {
		const packet = encodeFrame(frame, frame.camera);
		const [message] = decode(packet);
		packet[packet.length - 1] = 99;
		expect(message).toMatchObject({ data: new Uint8Array([9, 10, 99]) });
	});

	it('reads a window in the middle of a larger buffer', () => {
		const packet = encodeFrame(frame, frame.camera, 5);
		expect(decode(packet.subarray(5))).toEqual([{ type: 'frame', ...frame }]);
	});

	it('takes the largest picture and not one byte more', () => {
		const largest = encodeFrame({ ...frame, data: new Uint8Array(MAX_PICTURE_BYTES) }, frame.camera);
		expect(decode(largest)).toHaveLength(1);
		const larger = encodeFrame({ ...frame, data: new Uint8Array(MAX_PICTURE_BYTES + 1) }, frame.camera);
		expect(() => decode(larger)).toThrow('Picture of camera 1 has 4194305 bytes; at most 4194304 are accepted');
	});

	it('takes the largest control message and not one byte more', () => {
		const padding = MAX_CONTROL_BYTES - '{"cameras":[]}'.length;
		expect(decode(watchOf(padding))).toEqual([{ type: 'watch', cameras: [] }]);
		expect(() => decode(watchOf(padding + 1))).toThrow('The watch has 131073 bytes; at most 131072 are accepted');
	});

	it('has room for the longest list of the longest names', () => {
		const cameras = Array.from({ length: MAX_WATCHED_CAMERAS }, () => 'a'.repeat(63));
		expect(decode(encode({ type: 'watch', cameras }))).toEqual([{ type: 'watch', cameras }]);
	});

	it('says where and why', () => {
		const ping = encode({ type: 'ping', sentAt: 1 });
		expect(() => decode(concat([ping, ping.subarray(0, 12)]))).toThrow(
			'Message at byte 16 is cut off: 4 bytes are left of 8 for the payload of type 0x12',
		);
		const hello = encode({ type: 'hello', version: 0, software: 'x', capabilities: [] });
		expect(() => decode(hello)).toThrow(/^Cannot read hello at byte 0: version: /);
		const broken = encode({ type: 'withdraw', camera: 1 }).fill(0x78, 8);
		expect(() => decode(broken)).toThrow(/^Cannot read withdraw at byte 0, expected JSON: 78 78: /);
	});

	it('keeps the cause of what the JSON parser says', () => {
		const broken = encode({ type: 'withdraw', camera: 1 }).fill(0x78, 8);
		expect(() => decode(broken)).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }));
	});
});
