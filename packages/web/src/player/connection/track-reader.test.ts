import type { Announce } from '@oriel/protocol';
import { expect, it } from 'vitest';
import { TrackReader } from './track-reader.ts';

const ANNOUNCE: Announce = {
	name: 'porch',
	title: 'Porch',
	codec: 'h264',
	width: 640,
	height: 360,
	stream: 1,
	capabilities: [],
} as const;

function message(sequence: number, key = false) {
	return { type: 'frame', camera: 4, sequence, key, capturedAt: 5, data: Uint8Array.of(1) } as const;
}

it('makes frames of messages, with one format object as long as the format stays', () => {
	const reader = new TrackReader(4, 'video', ANNOUNCE);
	const first = reader.frameOf(message(1, true), 9);
	expect(first).toEqual({
		track: { number: 4, camera: 'porch', name: 'video' },
		sequence: 1,
		key: true,
		discontinuity: true,
		capturedAt: 5,
		presentationOffset: undefined,
		receivedAt: 9,
		format: { codec: 'h264', codecString: undefined, width: 640, height: 360 },
		data: Uint8Array.of(1),
	});
	reader.onAnnounce(4, { ...ANNOUNCE, title: 'The porch' });
	const second = reader.frameOf(message(2), 10);
	expect([second.format, second.track, second.discontinuity]).toEqual([first.format, first.track, false]);
	expect(second.format).toBe(first.format);
	expect(second.track).toBe(first.track);
	reader.onAnnounce(7, { ...ANNOUNCE, width: 320 });
	const third = reader.frameOf(message(3), 11);
	expect([third.format.width, third.track.number, third.discontinuity]).toEqual([320, 7, false]);
});

it('marks all frames of a new run until its first key frame', () => {
	const reader = new TrackReader(4, 'video', ANNOUNCE);
	const marks = () => [message(1), message(2, true), message(3)].map((each) => reader.frameOf(each, 0).discontinuity);
	expect(marks()).toEqual([true, true, false]);
	expect(marks()).toEqual([false, false, false]);
	reader.onAnnounce(4, { ...ANNOUNCE, stream: 2 });
	expect(marks()).toEqual([true, true, false]);
});

it('takes every JPEG for a key frame', () => {
	const reader = new TrackReader(4, 'video', { ...ANNOUNCE, codec: 'jpeg' });
	expect(reader.frameOf(message(1), 0).key).toBe(true);
});
