import type { AccessUnit } from '@oriel/media';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

const UNITS = h264('kddddkdd');
const H264 = { codec: 'h264', width: 160, height: 128 } as const;

async function setUp() {
	const relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
	const agent = await relay.agent('door');
	agent.announce('door', H264);
	let count = 0;
	return {
		relay,
		agent,
		/** Sends pictures and awaits that the relay has taken them. */
		async send(units: readonly AccessUnit[]): Promise<void> {
			for (const { annexB, key } of units) agent.frame(count++, annexB, 0, key);
			await until(() => agent.last('ack')?.sequence === count - 1);
		},
		async [Symbol.asyncDispose]() {
			await agent[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
		},
	};
}

function greet(viewer: Peer, ...capabilities: string[]): void {
	viewer.send({ type: 'hello', version: 1, software: 'test', capabilities });
}

function sequences(viewer: Peer): number[] {
	return viewer.frames.map(({ sequence }) => sequence);
}

/** Everything that the relay has to say to the viewer now has arrived. */
async function settled(viewer: Peer): Promise<void> {
	await rounds();
	const pongs = viewer.all('pong').length;
	viewer.send({ type: 'ping', sentAt: 0 });
	await until(() => viewer.all('pong').length > pongs);
}

describe('a viewer of H.264 on /live', () => {
	it('that comes in the middle of a group gets all of it from its key frame, and then each next picture', async () => {
		await using on = await setUp();
		await on.send(UNITS.slice(0, 4));
		await using viewer = await on.relay.viewer();
		viewer.watch('door');
		await until(() => viewer.frames.length === 4);
		expect(viewer.frames.map(({ key }) => key)).toEqual([true, false, false, false]);
		for (const [index, { data }] of viewer.frames.entries()) {
			expect(Buffer.compare(data, UNITS[index]?.annexB ?? new Uint8Array())).toBe(0);
		}
		for (const frame of viewer.frames) viewer.ack(frame);
		await on.send(UNITS.slice(4, 5));
		await until(() => viewer.frames.length === 5);
		expect(sequences(viewer)).toEqual([1, 2, 3, 4, 5]);
	});

	it('that stalls skips to the newest key frame and what follows it; the gap says how much it has missed', async () => {
		await using on = await setUp();
		await using viewer = await on.relay.viewer();
		viewer.watch('door');
		await settled(viewer);
		for (const unit of UNITS) await on.send([unit]);
		await settled(viewer);
		expect(sequences(viewer)).toEqual([1, 2]);
		viewer.send({ type: 'ack', camera: 1, sequence: 2, ageMs: undefined });
		await until(() => viewer.frames.length === 5);
		expect(viewer.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[1, true],
			[2, false],
			[6, true],
			[7, false],
			[8, false],
		]);
	});

	it('gets pictures only of a codec that it takes; before its hello, of any', async () => {
		await using on = await setUp();
		await on.send(UNITS.slice(0, 1));
		await using silent = await on.relay.viewer();
		await using old = await on.relay.viewer();
		await using able = await on.relay.viewer();
		greet(old, 'jpeg', 'something-new');
		greet(able, 'h264', 'jpeg');
		for (const viewer of [silent, old, able]) {
			viewer.watch('door');
			await settled(viewer);
		}
		expect([silent, old, able].map((viewer) => viewer.frames.length)).toEqual([1, 0, 1]);
		expect(old.last('announce')).toMatchObject({ name: 'door', codec: 'h264' });
		greet(old, 'h264');
		greet(silent);
		await until(() => old.frames.length === 1);
		await settled(silent);
		await on.send(UNITS.slice(1, 2));
		await until(() => old.frames.length === 2);
		await settled(silent);
		expect(silent.frames).toHaveLength(1);
	});

	it('that takes JPEG alone gets pictures as soon as the camera sends them, and none any more when it stops', async () => {
		await using on = await setUp();
		await on.send(UNITS.slice(0, 2));
		await using viewer = await on.relay.viewer();
		greet(viewer, 'jpeg');
		viewer.watch('door');
		await settled(viewer);
		on.agent.announce('door', { codec: 'jpeg', stream: 1 });
		await on.send([{ annexB: jpeg(5), key: true, hasParameterSets: false, intact: true }]);
		viewer.ack(await until(() => viewer.frames[0]));
		on.agent.announce('door', { ...H264, stream: 2 });
		await on.send(UNITS.slice(5, 7));
		await settled(viewer);
		expect(viewer.frames.map(({ data }) => Buffer.compare(data, jpeg(5)))).toEqual([0]);
		expect(viewer.last('announce')?.codec).toBe('h264');
	});
});
