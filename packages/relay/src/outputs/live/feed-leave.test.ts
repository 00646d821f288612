import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera, publishTo, push } from '@oriel/testing/relay/camera';
import { FakeSocket } from '@oriel/testing/relay/fake-socket';
import { expect, it } from 'vitest';
import { LiveFeed } from './feed.ts';

it('a feed that waits for the path to get free sends nothing when it has been left', async () => {
	const clock = new FakeClock();
	const camera = lonelyCamera(clock);
	const stream = publishTo(camera);
	const socket = new FakeSocket();
	const way = { socket, isOpen: true, spend() {}, onWritten() {}, onDrain() {}, countKept() {} };
	const feed: LiveFeed = new LiveFeed(
		camera.video,
		way,
		clock,
		() => feed.pump(),
		() => {},
	);
	const detach = camera.video.attach(feed);
	const timers = clock.pending;
	// A path that takes 200 ms for each picture of 10 KB; acknowledged one by one until one has to wait for its time.
	const under: number[] = [];
	for (let sequence = 1; sequence <= 40 && clock.pending === timers; sequence++) {
		push(stream, new Uint8Array(10_000));
		await socket.drain();
		while (under.length < socket.taken.length) under.push(under.length + 1);
		clock.advance(100);
		const due = socket.taken[Math.floor(sequence / 2) - 1];
		if (due) feed.acknowledged(due.readUInt32BE(4 + 8));
		await socket.drain();
	}
	expect(clock.pending).toBe(timers + 1);
	const { frames } = feed.counts;
	detach();
	feed.leave();
	expect(clock.pending).toBe(timers);
	clock.advance(10_000);
	await socket.drain();
	expect(feed.counts.frames).toBe(frames);
});
