import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera, publishTo, push, pushDelta } from '@oriel/testing/relay/camera';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '../../core/camera.ts';
import type { Publication } from '../../core/publication.ts';
import { LiveFeed } from './feed.ts';

let clock: FakeClock;
let camera: Camera;
let stream: Publication;

beforeEach(() => {
	clock = new FakeClock();
	camera = lonelyCamera(clock);
	stream = publishTo(camera);
});

/** A viewer of the camera on a link that takes one picture at a time. */
function attach(way = { socket: new FakeSocket(), isOpen: true, onWritten() {} }) {
	const feed = new LiveFeed(
		camera.video,
		way,
		clock,
		() => feed.pump(),
		() => {},
	);
	const detach = camera.video.attach(feed);
	return { feed, way, detach, taken: way.socket.taken };
}

/** A viewer behind a link of so many bits a second, who acknowledges what has arrived, so many milliseconds later. */
function slowViewer(bitsPerSecond: number, roundTripMs = 20) {
	const { feed, way, taken } = attach();
	const sent: { readonly key: boolean; readonly sequence: number; readonly arrivedAt: number }[] = [];
	const acks: { readonly sequence: number; readonly due: number }[] = [];
	let rate = bitsPerSecond;
	let freeAt = 0;
	const notice = () => {
		for (const message of taken.slice(sent.length)) {
			const key = (message.readUInt8(4 + 1) & 1) === 1;
			const sequence = message.readUInt32BE(4 + 8);
			freeAt = Math.max(freeAt, clock.now()) + (message.length * 8e6) / rate;
			sent.push({ key, sequence, arrivedAt: freeAt });
			acks.push({ sequence, due: freeAt + roundTripMs * 1000 });
		}
	};
	return {
		feed,
		sent,
		widen(to: number) {
			rate = to;
		},
		/** 25 pictures a second, which `next` pushes. */
		async watch(seconds: number, next: (index: number) => void) {
			for (let index = 0; index < 25 * seconds; index++) {
				next(index);
				for (let ms = 0; ms < 40; ms += 5) {
					while (way.socket.writableLength > 0) await way.socket.drain();
					notice();
					clock.advance(5);
					while (acks[0] && acks[0].due <= clock.now()) feed.acknowledged(acks.shift()?.sequence ?? 0);
				}
			}
			notice();
		},
	};
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
		expect(camera.video.counters.egress('live')).toMatchObject({ frames: 2, droppedBehind: 8 });
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
		expect(camera.video.counters.egress('live').droppedBehind).toBe(7);
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

	it('sends a newcomer a very long group in parts, each twice as long, so that other messages get in between', async () => {
		const part = new Uint8Array(16 * 1024);
		push(stream, part);
		for (let count = 0; count < 63; count++) pushDelta(stream, part);
		const { feed, way } = attach();
		const parts: number[] = [];
		for (let sent = 0; feed.counts.frames > sent; ) {
			parts.push(feed.counts.frames - sent);
			sent = feed.counts.frames;
			while (way.socket.writableLength > 0) await way.socket.drain();
			clock.advance(20);
			feed.acknowledged(sent);
		}
		expect(parts).toEqual([4, 8, 16, 32, 4]);
		expect(feed.counts).toEqual({ frames: 64, dropped: 0 });
	});

	it('sends what waits when the path is expected to be free, without being told', async () => {
		const { feed, way, taken } = attach();
		const picture = new Uint8Array(100);
		for (let sequence = 1; sequence <= 5; sequence++) {
			push(stream, picture);
			await way.socket.drain();
			clock.advance(200);
			feed.acknowledged(sequence);
			clock.advance(800);
		}
		push(stream, picture);
		await way.socket.drain();
		push(stream, picture);
		expect(taken).toHaveLength(6);
		clock.advance(190);
		expect(taken).toHaveLength(7);
		await way.socket.drain();
		push(stream, picture);
		feed.leave();
		clock.advance(5000);
		expect(taken).toHaveLength(7);
		expect(clock.pending).toBe(0);
	});

	it('tells what the connection carries, and that it is not enough', async () => {
		const viewer = slowViewer(1e6);
		expect(viewer.feed.carries).toBeUndefined();
		await viewer.watch(20, () => push(stream, new Uint8Array(25_000)));
		const { bitsPerSecond = 0, neededBitsPerSecond = 0, isBehind } = viewer.feed.carries ?? {};
		expect(isBehind).toBe(true);
		expect(bitsPerSecond).toBeGreaterThan(0.9e6);
		expect(bitsPerSecond).toBeLessThan(1.2e6);
		expect(neededBitsPerSecond).toBeGreaterThan(4e6);
		viewer.widen(50e6);
		await viewer.watch(10, () => push(stream, new Uint8Array(25_000)));
		expect(viewer.feed.carries?.isBehind).toBe(false);
		expect(viewer.sent.slice(-100).map(({ sequence }) => sequence)).toEqual(
			Array.from({ length: 100 }, (_, index) => index + 651),
		);
	});

	it.each([0.4e6, 0.7e6])(
		'sends each group in order as far as %d bit/s carry it, skips its end, and sends all again when it carries more',
		async (rate) => {
			stream.video.describe({ codec: 'h264', width: 640, height: 480 });
			// 20 KB and 24 times 5 KB a second: 1.1 Mbit/s.
			const next = (index: number) => {
				if (index % 25 === 0) push(stream, new Uint8Array(20_000));
				else pushDelta(stream, new Uint8Array(5_000));
			};
			const viewer = slowViewer(rate);
			await viewer.watch(9, next);
			let from = viewer.sent.length;
			await viewer.watch(20, next);
			const sent = viewer.sent.slice(from);
			const keys = sent.filter(({ key }) => key).length;
			expect(keys).toBeGreaterThanOrEqual(19);
			expect((keys * 20_000 + (sent.length - keys) * 5_000) * 8).toBeGreaterThan(0.9 * 20 * rate);
			expect(viewer.feed.carries).toMatchObject({ isBehind: true, isKeysOnly: false });
			viewer.widen(10e6);
			await viewer.watch(5, next);
			from = viewer.sent.length;
			await viewer.watch(2, next);
			expect(viewer.sent.length - from).toBe(50);
			expect(viewer.feed.carries).toMatchObject({ isBehind: false });
			for (const [index, { key, sequence }] of viewer.sent.entries()) {
				const before = viewer.sent[index - 1]?.sequence;
				expect(key || sequence - 1 === before, `picture ${sequence} after ${before}`).toBe(true);
			}
		},
	);

	it.each([2, 4, 10])(
		'shows a stream with groups of %d s half a second old where the camera makes key frames on request',
		async (seconds) => {
			let isAsked = false;
			const requestKey = () => {
				isAsked = true;
			};
			const able = camera.publish({ via: 'test', ended() {}, requestKey });
			able.video.describe({ codec: 'h264', width: 640, height: 480 });
			const madeAt = new Map<number, number>();
			// 25 KB and 24 times 11 KB a second: 2.3 Mbit/s.
			const next = (index: number) => {
				if (isAsked || index % (25 * seconds) === 0) push(able, new Uint8Array(25_000));
				else pushDelta(able, new Uint8Array(11_000));
				isAsked = false;
				madeAt.set(camera.video.newest?.sequence ?? 0, clock.now());
			};
			const viewer = slowViewer(1.5e6);
			await viewer.watch(10, next);
			const from = viewer.sent.length;
			await viewer.watch(40, next);
			const ages = viewer.sent.slice(from).map(({ sequence, arrivedAt }) => arrivedAt - (madeAt.get(sequence) ?? 0));
			ages.sort((a, b) => a - b);
			expect(ages[ages.length >> 1]).toBeLessThan(0.55e6);
			expect(ages.at(-1)).toBeLessThan(1.5e6);
			expect(ages.length).toBeGreaterThan(0.55 * 40 * 25);
		},
	);

	it('says that key frames alone come where the connection carries nothing else', async () => {
		stream.video.describe({ codec: 'h264', width: 640, height: 480 });
		const viewer = slowViewer(0.13e6);
		await viewer.watch(20, (index) => {
			if (index % 25 === 0) push(stream, new Uint8Array(20_000));
			else pushDelta(stream, new Uint8Array(5_000));
		});
		expect(viewer.feed.carries).toMatchObject({ isBehind: true, isKeysOnly: true });
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
		// Ten pictures are under way at 25 a second.
		const viewer = slowViewer(100e6, 400);
		await viewer.watch(16, () => push(stream, new Uint8Array(25_000)));
		expect(viewer.sent.length).toBeGreaterThan(350);
	});

	it('writes nothing once the connection is over', async () => {
		const { way, taken } = attach();
		push(stream, new Uint8Array(50));
		await way.socket.drain();
		way.isOpen = false;
		push(stream, new Uint8Array(50));
		await way.socket.drain();
		expect(taken).toHaveLength(1);
	});
});
