import { concat } from '@oriel/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMERA_STATES, GOODBYE_REASONS } from '../message/control.ts';
import { MAX_CAMERAS, MAX_LABEL_LENGTH, MAX_RETRY_AFTER_MS, MAX_TEXT_LENGTH } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import { decode } from './decode.ts';
import { encode, encodeFrame } from './encode.ts';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const name = fc
	.tuple(fc.constantFrom(...LETTERS), fc.array(fc.constantFrom(...LETTERS, '-'), { maxLength: 62 }))
	.map(([first, rest]) => first + rest.join(''));
const words = fc.string({ unit: 'binary', maxLength: MAX_TEXT_LENGTH / 2 });
const capabilities = fc.array(words, { maxLength: 8 });
const camera = fc.integer({ min: 1, max: MAX_CAMERAS });
const sequence = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.maxSafeNat();
const age = fc.option(fc.integer({ min: 0, max: 0xffff_fffe }), { nil: undefined });
const number = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((whole) => whole / 4);
const controlName = fc.constantFrom('brightness', 'exposure_auto', 'picture.night', 'picture.lens-position');
const pixels = fc.integer({ min: 0, max: 65_535 });

/** `fc.record` that ties the members' types to the message. */
function a<Type extends Message['type']>(
	type: Type,
	members: { [Key in keyof Omit<Extract<Message, { type: Type }>, 'type'>]: fc.Arbitrary<unknown> },
): fc.Arbitrary<Message> {
	return fc.record({ type: fc.constant(type), ...members }) as unknown as fc.Arbitrary<Message>;
}

const message: fc.Arbitrary<Message> = fc.oneof(
	a('hello', { version: fc.integer({ min: 1 }), software: words, capabilities }),
	a('announce', {
		camera,
		name,
		title: words,
		codec: fc.constantFrom('jpeg', 'h264'),
		width: pixels,
		height: pixels,
		stream: time,
		capabilities,
	}),
	a('withdraw', { camera }),
	a('watch', { cameras: fc.array(name, { maxLength: 20 }) }),
	a('status', {
		camera,
		state: fc.constantFrom(...CAMERA_STATES),
		since: time,
		reason: fc.option(words, { nil: undefined }),
		limited: fc.option(words, { nil: undefined }),
	}),
	a('request', { camera, want: fc.constantFrom('pause', 'resume', 'key-frame') }),
	a('error', { camera: fc.integer({ min: 0, max: MAX_CAMERAS }), code: words, message: words }),
	a('goodbye', {
		reason: fc.constantFrom(...GOODBYE_REASONS),
		message: words,
		retryAfterMs: fc.option(fc.integer({ min: 0, max: MAX_RETRY_AFTER_MS })),
	}),
	a('carry', {
		camera,
		bitsPerSecond: time,
		neededBitsPerSecond: time,
		offers: fc.constantFrom('all', 'fewer', 'key-frames'),
	}),
	a('controls', {
		camera,
		controls: fc.array(
			fc.record({
				name: controlName,
				label: fc.string({ unit: 'binary', maxLength: MAX_LABEL_LENGTH / 2 }),
				kind: fc.constantFrom('range', 'switch', 'menu'),
				min: number,
				max: number,
				step: fc.integer({ min: 1 }),
				usual: number,
				value: number,
				choices: fc.array(fc.record({ value: number, label: fc.string({ maxLength: 10 }) }), { maxLength: 4 }),
				restarts: fc.boolean(),
			}),
			{ maxLength: 5 },
		),
		state: fc.constantFrom('ready', 'restarting'),
		isChanged: fc.boolean(),
		problem: fc.option(words, { nil: undefined }),
		answers: time,
	}),
	a('control', {
		camera,
		number: fc.integer({ min: 1 }),
		reset: fc.boolean(),
		values: fc.array(fc.record({ name: controlName, value: number }), { maxLength: 5 }),
	}),
	a('frame', { camera, key: fc.boolean(), sequence, capturedAt: time, data: fc.uint8Array({ maxLength: 300 }) }),
	a('ack', { camera, sequence, ageMs: age }),
	a('ping', { sentAt: time }),
	a('pong', { pingSentAt: time, receivedAt: time, sentAt: time }),
);

describe('encode', () => {
	it('is undone by decode, for any messages in one packet', () => {
		fc.assert(
			fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
				expect(decode(concat(messages.map(encode)))).toEqual(messages);
			}),
			{ numRuns: 300 },
		);
	});

	it('counts the sequence modulo 2^32', () => {
		const frame = { type: 'frame', camera: 1, key: true, capturedAt: 0, data: new Uint8Array() } as const;
		expect(decode(encode({ ...frame, sequence: 2 ** 32 + 5 }))).toEqual([{ ...frame, sequence: 5 }]);
	});

	it.each([
		[-3, 0],
		[12.6, 13],
		[1e12, 0xffff_fffe],
	])('writes an age of %d ms as %d', (ageMs, written) => {
		expect(decode(encode({ type: 'ack', camera: 1, sequence: 1, ageMs }))).toMatchObject([{ ageMs: written }]);
	});

	it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses the time %d', (sentAt) => {
		expect(() => encode({ type: 'ping', sentAt })).toThrow(expect.objectContaining({ code: 'bad-field' }));
	});

	it.each([-1, 0, 1.5, MAX_CAMERAS + 1])('refuses the camera number %d', (number) => {
		expect(() => encode({ type: 'withdraw', camera: number })).toThrow(
			`Cannot write withdraw for camera ${number}; 1 to 65535 are expected`,
		);
	});

	it('refuses a control message that no peer would accept', () => {
		const cameras = Array.from({ length: 3000 }, () => 'a'.repeat(63));
		expect(() => encode({ type: 'watch', cameras })).toThrow(expect.objectContaining({ code: 'too-large' }));
	});
});

describe('encodeFrame', () => {
	it('leaves the headroom free and writes the same bytes after it', () => {
		const frame = { camera: 2, key: false, sequence: 3, capturedAt: 4, data: new Uint8Array([5, 6]) };
		const prepared = encodeFrame(frame, frame.camera, 10);
		expect(prepared.subarray(0, 10)).toEqual(new Uint8Array(10));
		expect(prepared.subarray(10)).toEqual(encodeFrame(frame, frame.camera));
	});
});
