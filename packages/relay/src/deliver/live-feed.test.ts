import { FakeClock } from '@oriel/testing/fake-clock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '../hub/camera.ts';
import type { Stream } from '../hub/stream.ts';
import { lonelyCamera, publishTo, push, pushDelta } from '../rehearsal/camera.ts';
import { FakeSocket } from '../rehearsal/fake-socket.ts';
import { LiveFeed, MAX_BURST_BYTES } from './live-feed.ts';

let clock: FakeClock;
let camera: Camera;
let stream: Stream;

beforeEach(() => {
	clock = new FakeClock();
	camera = lonelyCamera(clock);
	stream = publishTo(camera);
});

/** A viewer of the camera on a link that takes one picture at a time. */
function attach(way = { socket: new FakeSocket(), isOpen: true }) {
	const feed = new LiveFeed(
		camera,
		way,
		clock,
		() => feed.pump(),
		() => {},
	);
	const detach = camera.attach(feed);
	return { feed, way, detach, taken: way.socket.taken };
}

/** Sequence of a prepared WebSocket message of up to 125 bytes. */
function sequenceOf(message: Buffer | undefined): number | undefined {
	return message?.readUInt32BE(2 + 8);
}

describe('a feed', () => {
	it('writes the very same bytes as every other feed of the camera', () => {
		const feeds = Array.from({ length: 100 }, () => attach());
		push(stream, new Uint8Array(50));
		const [first, ...others] = feeds.map(({ taken }) => taken[0]);
		expect(first?.length).toBe(2 + 8 + 12 + 50);
		for (const other of others) expect(other).toBe(first);
	});

	it('sends two pictures to a viewer that never acknowledges, and no more', async () => {
		const { feed, way, taken } = attach();
		for (let count = 0; count < 10; count++) {
			push(stream, new Uint8Array(50));
			await way.socket.drain();
		}
		expect(taken.map(sequenceOf)).toEqual([1, 2]);
		feed.leave();
		expect(camera.counters.egress.live).toMatchObject({ frames: 2, droppedBehind: 8 });
	});

	it('sends the newest as soon as an acknowledgement makes room, and takes none that it did not send', async () => {
		const { feed, way, taken } = attach();
		for (let count = 0; count < 10; count++) {
			push(stream, new Uint8Array(50));
			await way.socket.drain();
		}
		expect(feed.acknowledged(9)).toBe(false);
		expect(taken).toHaveLength(2);
		expect(feed.acknowledged(2)).toBe(true);
		expect(taken.map(sequenceOf)).toEqual([1, 2, 10]);
		expect(camera.counters.egress.live.droppedBehind).toBe(7);
	});

	it('sends a newcomer the whole group at once, as one under way, and then each next frame', async () => {
		push(stream, new Uint8Array(50));
		for (let count = 0; count < 100; count++) pushDelta(stream);
		const { feed, way, taken } = attach();
		while (way.socket.writableLength > 0) await way.socket.drain();
		expect(Buffer.concat(taken).length).toBe(101 * (2 + 8 + 12 + 50));
		pushDelta(stream);
		expect(feed.counts).toEqual({ frames: 102, dropped: 0 });
	});

	it('sends a newcomer a very long group in parts, so that other messages get in between', async () => {
		const part = new Uint8Array(MAX_BURST_BYTES / 4);
		push(stream, part);
		for (let count = 0; count < 19; count++) pushDelta(stream, part);
		const { feed, way } = attach();
		let most = 0;
		for (let sequence = 4; sequence <= 20; sequence += 4) {
			most = Math.max(most, way.socket.writableLength);
			while (way.socket.writableLength > 0) await way.socket.drain();
			feed.acknowledged(sequence);
		}
		expect(most).toBeGreaterThan(MAX_BURST_BYTES);
		expect(most).toBeLessThan(2.1 * MAX_BURST_BYTES);
		expect(feed.counts).toEqual({ frames: 20, dropped: 0 });
	});

	it('skips to the newest key frame when it has come, and sends no delta of a group of which it missed the beginning', async () => {
		push(stream, new Uint8Array(50));
		const { feed, way, taken } = attach();
		pushDelta(stream);
		await way.socket.drain();
		await way.socket.drain();
		for (let count = 0; count < 5; count++) pushDelta(stream);
		push(stream, new Uint8Array(50));
		pushDelta(stream);
		expect(taken.map(sequenceOf)).toEqual([1, 2]);
		feed.acknowledged(2);
		await way.socket.drain();
		const sent = Buffer.concat(taken);
		const sequences = Array.from({ length: sent.length / 72 }, (_, index) => sequenceOf(sent.subarray(index * 72)));
		expect(sequences).toEqual([1, 2, 8, 9]);
		expect(feed.counts.dropped).toBe(5);
	});

	it('lets its window grow when the viewer keeps up', async () => {
		const { feed, way, taken } = attach();
		const acks: { sequence: number; due: number }[] = [];
		for (let count = 1; count <= 200; count++) {
			const before = taken.length;
			push(stream, new Uint8Array(50));
			await way.socket.drain();
			if (taken.length > before) acks.push({ sequence: sequenceOf(taken.at(-1)) ?? 0, due: clock.now() + 400_000 });
			clock.advance(40);
			// The path takes 400 ms: ten pictures are under way at 25 a second.
			while (acks[0] && acks[0].due <= clock.now()) feed.acknowledged(acks.shift()?.sequence ?? 0);
		}
		expect(taken.length).toBeGreaterThan(120);
	});

	it('writes nothing once the conversation is over', async () => {
		const { way, taken } = attach();
		push(stream, new Uint8Array(50));
		await way.socket.drain();
		way.isOpen = false;
		push(stream, new Uint8Array(50));
		await way.socket.drain();
		expect(taken).toHaveLength(1);
	});
});
