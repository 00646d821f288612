import type { TrackName } from '@oriel/stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

const UNITS = h264('kddkdd');
const PREVIEW = 2;

/** A camera with a preview: `video` is H.264, number 1 of the agent, `preview` JPEG, number 2. */
async function setUp() {
	const relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
	const agent = await relay.agent('door');
	const announceTrack = (number: number, track: TrackName) => {
		const size = { codec: 'jpeg', width: 16, height: 16 } as const;
		const facts = { name: 'door', title: '', ...size, stream: 0, capabilities: ['pause', 'key-frame'] };
		agent.send({ type: 'announce', camera: number, ...facts, track, of: 1 });
	};
	agent.announce('door', { codec: 'h264', width: 160, height: 128, title: 'The door' });
	announceTrack(PREVIEW, 'preview');
	const sent = new Map<number, number>();
	const send = async (number: number, data: Uint8Array, key = true) => {
		const sequence = sent.get(number) ?? 0;
		sent.set(number, sequence + 1);
		agent.send({ type: 'frame', camera: number, key, sequence, capturedAt: 0, data });
		await until(() => agent.all('ack').some((ack) => ack.camera === number && ack.sequence === sequence));
	};
	return {
		relay,
		agent,
		announceTrack,
		send,
		async [Symbol.asyncDispose]() {
			await agent[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
		},
	};
}

function greet(viewer: Peer, ...capabilities: string[]): void {
	viewer.send({ type: 'hello', version: 1, software: 'test', capabilities });
}

/** Everything that the relay has to say to the viewer now has arrived. */
async function settled(viewer: Peer): Promise<void> {
	await rounds();
	const pongs = viewer.all('pong').length;
	viewer.send({ type: 'ping', sentAt: 0 });
	await until(() => viewer.all('pong').length > pongs);
}

/** The relay's number of the camera's preview, as the viewer was told. */
async function previewOf(viewer: Peer): Promise<number> {
	return (
		await until(() =>
			viewer
				.all('announce')
				.filter(({ track }) => track === 'preview')
				.at(-1),
		)
	).camera;
}

describe('a camera with a preview on /live', () => {
	it('announces it, with the number of its video, to viewers that know tracks', async () => {
		await using on = await setUp();
		await on.send(1, UNITS[0]?.annexB ?? new Uint8Array());
		await using viewer = await on.relay.viewer();
		await settled(viewer);
		expect(viewer.all('announce').map(({ track }) => track)).toEqual([undefined]);
		greet(viewer, 'jpeg', 'h264', 'tracks');
		const number = await previewOf(viewer);
		const video = viewer.all('announce')[0]?.camera;
		expect(viewer.all('announce').at(-1)).toMatchObject({ name: 'door', codec: 'jpeg', track: 'preview', of: video });
		expect(number).not.toBe(video);
		expect(viewer.last('hello')?.capabilities).toContain('tracks');
	});

	it('sends what is watched: video, preview, or both, each with its own sequence', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg', 'h264', 'tracks');
		const number = await previewOf(viewer);
		viewer.send({ type: 'watch', cameras: [], tracks: [{ camera: 'door', track: 'preview' }] });
		await settled(viewer);
		await on.send(1, UNITS[0]?.annexB ?? new Uint8Array());
		await on.send(PREVIEW, jpeg(1));
		await until(() => viewer.frames.length === 1);
		expect(viewer.frames[0]).toMatchObject({ camera: number, sequence: 1, key: true });
		viewer.send({ type: 'watch', cameras: ['door'], tracks: [{ camera: 'door', track: 'preview' }] });
		await until(() => viewer.frames.length === 2);
		expect(viewer.frames[1]).toMatchObject({ camera: 1, sequence: 1 });
		for (const frame of viewer.frames) viewer.ack(frame);
		viewer.send({ type: 'watch', cameras: ['door'] });
		await settled(viewer);
		await on.send(PREVIEW, jpeg(2));
		await on.send(1, UNITS[1]?.annexB ?? new Uint8Array(), false);
		await until(() => viewer.frames.length === 3);
		await settled(viewer);
		expect(viewer.frames.at(-1)).toMatchObject({ camera: 1, sequence: 2 });
		expect(viewer.frames).toHaveLength(3);
	});

	it('is nothing to a viewer of an earlier version: it hears and gets what it always did', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg', 'h264');
		viewer.watch('door');
		await settled(viewer);
		await on.send(PREVIEW, jpeg(1));
		await on.send(1, UNITS[0]?.annexB ?? new Uint8Array());
		await until(() => viewer.frames.length === 1);
		on.agent.send({ type: 'withdraw', camera: PREVIEW });
		await settled(viewer);
		expect(viewer.all('announce').every(({ track, of }) => track === undefined && of === undefined)).toBe(true);
		expect([viewer.all('withdraw'), viewer.frames.map(({ camera }) => camera)]).toEqual([[], [1]]);
	});

	it('asks the agent for each track by its number: pause, resume, key frame', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg', 'h264', 'tracks');
		await previewOf(viewer);
		viewer.send({ type: 'watch', cameras: ['door'] });
		await settled(viewer);
		const asked = () => on.agent.all('request').map(({ camera, want }) => `${want} ${camera}`);
		for (let second = 0; second < 12 && !asked().includes('pause 2'); second++) {
			await on.send(1, UNITS[3]?.annexB ?? new Uint8Array());
			on.relay.pass(1000);
			await rounds();
		}
		await until(() => asked().includes('pause 2'));
		expect(asked()).toEqual(['pause 2']);
		viewer.send({ type: 'watch', cameras: ['door'], tracks: [{ camera: 'door', track: 'preview' }] });
		await until(() => asked().includes('resume 2'));
	});

	it('withdraws it when the agent does, and its video stays', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg', 'h264', 'tracks');
		const number = await previewOf(viewer);
		viewer.send({ type: 'watch', cameras: ['door'], tracks: [{ camera: 'door', track: 'preview' }] });
		on.agent.send({ type: 'withdraw', camera: PREVIEW });
		await until(() => viewer.all('withdraw').length > 0);
		expect(viewer.all('withdraw').map(({ camera }) => camera)).toEqual([number]);
		await on.send(1, UNITS[0]?.annexB ?? new Uint8Array());
		await until(() => viewer.frames.length === 1);
		on.announceTrack(5, 'preview');
		await until(() => viewer.all('announce').filter(({ track }) => track === 'preview').length > 1);
		await on.send(5, jpeg(3));
		await until(() => viewer.frames.length === 2);
	});

	it('that has more tracks than a camera may have goes on with those that fit', async () => {
		await using on = await setUp();
		for (let index = 0; index < 20; index++) on.announceTrack(10 + index, `data/n${index}`);
		on.agent.send({ type: 'frame', camera: 29, key: true, sequence: 0, capturedAt: 0, data: jpeg(1) });
		await on.send(1, UNITS[0]?.annexB ?? new Uint8Array());
		expect(on.agent.code).toBeUndefined();
		expect(on.agent.all('ack').map(({ camera }) => camera)).toEqual([1]);
	});

	it('sends few frames of its video where few are wanted, and all again where all are', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg', 'h264', 'tracks');
		viewer.onFrame = (frame) => {
			viewer.received.push(frame);
			viewer.ack(frame);
		};
		viewer.send({ type: 'watch', cameras: ['door'], thin: ['door'] });
		await settled(viewer);
		for (const { annexB, key } of UNITS) {
			await on.send(1, annexB, key);
			await settled(viewer);
			on.relay.pass(100);
		}
		expect(viewer.frames.map(({ key, sequence }) => [sequence, key])).toEqual([
			[1, true],
			[4, true],
		]);
		viewer.send({ type: 'watch', cameras: ['door'] });
		await until(() => viewer.frames.length === 4);
		expect(viewer.frames.map(({ sequence }) => sequence)).toEqual([1, 4, 5, 6]);
	});

	it('sends at most five JPEGs a second where few are wanted', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		await using viewer = await relay.viewer();
		greet(viewer, 'jpeg', 'tracks');
		viewer.onFrame = (frame) => {
			viewer.received.push(frame);
			viewer.ack(frame);
		};
		viewer.send({ type: 'watch', cameras: ['door'], thin: ['door'] });
		await settled(viewer);
		for (let sequence = 0; sequence < 20; sequence++) {
			agent.frame(sequence, jpeg(sequence));
			await until(() => agent.last('ack')?.sequence === sequence);
			await settled(viewer);
			clock.advance(50);
		}
		expect(viewer.frames.map(({ sequence }) => sequence)).toEqual([1, 5, 9, 13, 17]);
	});
});
