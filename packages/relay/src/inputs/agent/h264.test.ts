import { type AccessUnit, annexBOf, NAL, nalType, nalUnitsOf } from '@oriel/media';
import type { Announce } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264, without } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';

const UNITS = h264('kddddkddddk');
const [KEY, DELTA] = UNITS as [AccessUnit, AccessUnit];
const H264: Partial<Announce> = { codec: 'h264', width: 160, height: 128, capabilities: ['key-frame'] };

/** A relay with a camera whose agent sends H.264, and a viewer that acknowledges all it gets. */
async function setUp(cameras: readonly string[] = ['door']) {
	const clock = new FakeClock();
	const relay = await RunningRelay.start({ clock, cameras });
	const viewer = await relay.viewer();
	viewer.watch('door');
	viewer.onFrame = (frame) => {
		viewer.received.push(frame);
		viewer.ack(frame);
	};
	const agent = await relay.agent('door');
	agent.announce('door', H264);
	return {
		clock,
		relay,
		viewer,
		agent,
		async [Symbol.asyncDispose]() {
			await viewer[Symbol.asyncDispose]();
			await agent[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
		},
	};
}

/** Sends the pictures one by one, each once the one before has been taken. */
async function send(agent: Peer, units: readonly AccessUnit[], first = 0): Promise<void> {
	for (const [index, { annexB, key }] of units.entries()) await sendOne(agent, first + index, annexB, key);
}

async function sendOne(agent: Peer, sequence: number, data: Uint8Array, key: boolean): Promise<void> {
	const acks = agent.all('ack').length;
	agent.frame(sequence, data, 0, key);
	await until(() => agent.all('ack').length > acks);
}

/** What the viewer has been given, as letters. */
function seen(viewer: Peer): string {
	return viewer.frames.map(({ key }) => (key ? 'K' : 'd')).join('');
}

/** Everything that the relay has sent to the viewer so far has arrived. */
async function settled(viewer: Peer): Promise<void> {
	const pongs = viewer.all('pong').length;
	viewer.send({ type: 'ping', sentAt: 0 });
	await until(() => viewer.all('pong').length > pongs);
}

async function dropped(relay: RunningRelay, reason: string): Promise<number> {
	const text = await relay.metrics();
	const wanted = `oriel_frames_dropped_total{camera="door",hop="ingest",reason="${reason}"} `;
	return Number(
		text
			.split('\n')
			.find((line) => line.startsWith(wanted))
			?.slice(wanted.length),
	);
}

function requests(agent: Peer): number {
	return agent.all('request').filter(({ want }) => want === 'key-frame').length;
}

describe('an agent that sends H.264', () => {
	it('has every picture passed on byte for byte, and what the key frames say of themselves announced', async () => {
		await using on = await setUp();
		await send(on.agent, UNITS.slice(0, 4));
		await until(() => on.viewer.frames.length === 4);
		expect(seen(on.viewer)).toBe('Kddd');
		for (const [index, { data }] of on.viewer.frames.entries()) {
			expect(Buffer.compare(data, UNITS[index]?.annexB ?? KEY.annexB)).toBe(0);
		}
		const times = on.viewer.frames.map(({ capturedAt }) => capturedAt);
		expect(times, 'though all came in the same microsecond').toEqual([...new Set(times)].sort());
		expect(on.viewer.last('announce')).toMatchObject({ codec: 'h264', width: 160, height: 128 });
		expect(on.viewer.last('announce')?.codecString).toMatch(/^avc1\.42[0-9A-F]{4}$/);
	});

	it('gives no viewer a picture that depends on one that never came, and is asked for a key frame', async () => {
		await using on = await setUp();
		await send(on.agent, [DELTA, DELTA]);
		await settled(on.viewer);
		expect(on.viewer.frames).toEqual([]);
		expect(requests(on.agent)).toBe(1);
		await send(on.agent, [KEY, DELTA], 2);
		await until(() => on.viewer.frames.length === 2);
		expect(on.viewer.frames.map(({ sequence, key }) => [sequence, key])).toEqual([
			[1, true],
			[2, false],
		]);
		expect(await dropped(on.relay, 'no-key')).toBe(2);
	});

	it('that leaves out a picture is not believed until its next key frame, which it is asked for once a second', async () => {
		await using on = await setUp();
		await send(on.agent, UNITS.slice(0, 2));
		// Number 2 is missing.
		for (let sequence = 3; sequence < 9; sequence++) await sendOne(on.agent, sequence, DELTA.annexB, false);
		expect(requests(on.agent)).toBe(1);
		on.clock.advance(999);
		await sendOne(on.agent, 9, DELTA.annexB, false);
		expect(requests(on.agent)).toBe(1);
		on.clock.advance(1);
		await sendOne(on.agent, 10, DELTA.annexB, false);
		expect(requests(on.agent)).toBe(2);
		await settled(on.viewer);
		expect(seen(on.viewer)).toBe('Kd');
		await send(on.agent, UNITS.slice(5, 7), 11);
		await until(() => seen(on.viewer) === 'KdKd');
		expect(await dropped(on.relay, 'no-key')).toBe(8);
	});

	it.each([
		['a counter that goes back', (agent: Peer) => sendOne(agent, 0, DELTA.annexB, false)],
		['a new run of pictures', async (agent: Peer) => agent.announce('door', { ...H264, stream: 1 })],
		['a picture that is none', (agent: Peer) => sendOne(agent, 2, Buffer.from('this is no picture'), false)],
	])('is not believed until its next key frame after %s', async (_words, happen) => {
		await using on = await setUp();
		await send(on.agent, UNITS.slice(0, 2));
		await happen(on.agent);
		await send(on.agent, [DELTA, DELTA], 3);
		await settled(on.viewer);
		expect(seen(on.viewer)).toBe('Kd');
		await send(on.agent, [KEY], 5);
		await until(() => seen(on.viewer) === 'KdK');
	});

	it('and cannot make key frames is never asked for one', async () => {
		await using on = await setUp();
		on.agent.announce('door', { ...H264, capabilities: [] });
		await send(on.agent, [DELTA, DELTA]);
		expect(requests(on.agent)).toBe(0);
	});

	it('takes over in the middle of a group: what follows waits for its own key frame', async () => {
		await using on = await setUp();
		await send(on.agent, UNITS.slice(0, 3));
		await using second = await on.relay.agent('door');
		second.announce('door', H264);
		await on.agent.closed();
		await send(second, [DELTA, DELTA], 50);
		await settled(on.viewer);
		expect([seen(on.viewer), requests(second)]).toEqual(['Kdd', 1]);
		await send(second, [KEY, DELTA], 52);
		await until(() => seen(on.viewer) === 'KddKd');
		expect(on.viewer.frames.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
	});

	const sps = nalUnitsOf(KEY.annexB).find((nal) => nalType(nal) === NAL.sps) ?? new Uint8Array();
	const rest = nalUnitsOf(without(KEY, NAL.sps));
	it.each([
		['without its SPS', without(KEY, NAL.sps)],
		['without its PPS', without(KEY, NAL.pps)],
		['without an IDR picture', without(KEY, NAL.idr)],
		['whose SPS is cut off', annexBOf([sps.subarray(0, 5), ...rest])],
		['whose SPS is enormous', annexBOf([Buffer.concat([sps, Buffer.alloc(5000, 1)]), ...rest])],
		['whose PPS belongs to another SPS', annexBOf([sps, Uint8Array.of(0x68, 0b1_0111_000, 0x80), ...rest.slice(1)])],
		['that depends on another one', DELTA.annexB],
		['in length-prefixed form', Buffer.concat([Buffer.from([0, 0, 0, sps.length]), sps])],
		['that is a JPEG', jpeg(1)],
		['of nothing', new Uint8Array(0)],
		['of start codes alone', Buffer.from('00000001'.repeat(1000), 'hex')],
	])('does not get through a "key frame" %s, nor what depends on it', async (_words, data) => {
		await using on = await setUp();
		await sendOne(on.agent, 0, data, true);
		await send(on.agent, [DELTA], 1);
		await send(on.agent, [KEY], 2);
		await until(() => on.viewer.frames.length > 0);
		expect(Buffer.compare(on.viewer.frames[0]?.data ?? data, KEY.annexB)).toBe(0);
		expect([await dropped(on.relay, 'broken'), await dropped(on.relay, 'no-key')]).toEqual([1, 1]);
		expect(on.agent.code).toBeUndefined();
	});

	it('and lies about its size is corrected by its key frames', async () => {
		await using on = await setUp();
		on.agent.announce('door', { ...H264, width: 1920, height: 1080, codecString: 'avc1.640028' });
		await until(() => on.viewer.last('announce')?.width === 1920);
		await send(on.agent, [KEY]);
		await until(() => on.viewer.last('announce')?.width === 160);
	});

	it('and then JPEG has no picture of the one shown as the other', async () => {
		await using on = await setUp();
		await send(on.agent, UNITS.slice(0, 3));
		await until(() => on.viewer.frames.length === 3);
		on.agent.announce('door', { stream: 1 });
		await using late = await on.relay.viewer();
		late.watch('door');
		await settled(late);
		expect(late.last('announce')?.codec).toBe('jpeg');
		expect(late.frames).toEqual([]);
		await sendOne(on.agent, 3, jpeg(1), true);
		expect(Buffer.compare((await until(() => late.frames[0])).data, jpeg(1))).toBe(0);
	});
});

describe('a poster', () => {
	const snapshot = async (relay: RunningRelay) => {
		const headers = { authorization: `Bearer ${relay.token()}` };
		const answer = await fetch(`${relay.url}/cameras/door/snapshot.jpg`, { headers });
		return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
	};

	it('is what snapshots show; one that is no JPEG is refused and counted, and a takeover forgets it', async () => {
		await using on = await setUp();
		const poster = (data: Uint8Array) => on.agent.send({ type: 'poster', camera: 1, capturedAt: 0, data });
		await send(on.agent, [KEY]);
		poster(jpeg(9));
		poster(Buffer.from('<html>certainly not a picture</html>'.repeat(20)));
		await send(on.agent, [DELTA], 1);
		expect(Buffer.compare((await snapshot(on.relay)).body, jpeg(9))).toBe(0);
		expect(await dropped(on.relay, 'broken')).toBe(1);
		await using second = await on.relay.agent('door');
		second.announce('door', H264);
		await on.agent.closed();
		expect(Buffer.compare((await snapshot(on.relay)).body, jpeg(9))).not.toBe(0);
	});

	it('of a camera that has not been announced ends the connection', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.send({ type: 'poster', camera: 1, capturedAt: 0, data: jpeg(1) });
		expect(await agent.closed()).toBe(1002);
	});
});
