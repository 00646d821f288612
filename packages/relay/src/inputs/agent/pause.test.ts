import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { WAKE_TIMEOUT_MS } from '../../outputs/snapshot/next-picture.ts';

function wants(agent: Peer): string[] {
	return agent.all('request').map(({ want }) => want);
}

/** A relay and an agent that sent pictures and was then left alone until it was paused. */
async function paused() {
	const clock = new FakeClock();
	const relay = await RunningRelay.start({ clock, cameras: ['door'] });
	const agent = await relay.agent('door');
	agent.announce('door', { capabilities: ['pause'] });
	for (let sequence = 0; !wants(agent).includes('pause'); sequence++) {
		agent.frame(sequence, jpeg(1));
		await until(() => agent.last('ack')?.sequence === sequence);
		clock.advance(1000);
		await rounds();
	}
	const close = async () => {
		await agent[Symbol.asyncDispose]();
		await relay[Symbol.asyncDispose]();
	};
	return { clock, relay, agent, [Symbol.asyncDispose]: close };
}

it('an agent without viewers is asked to pause, and to go on by the first viewer, which gets its next picture first', async () => {
	await using fixture = await paused();
	await using viewer = await fixture.relay.viewer();
	viewer.watch('door');
	await until(() => wants(fixture.agent).includes('resume'));
	expect(viewer.frames).toEqual([]);
	fixture.agent.frame(500, jpeg(2));
	expect(Buffer.compare((await until(() => viewer.frames[0])).data, jpeg(2))).toBe(0);
});

it('a camera that a viewer woke sends it each picture once, and is paused again when the viewer has gone', async () => {
	await using fixture = await paused();
	{
		await using viewer = await fixture.relay.viewer();
		viewer.watch('door');
		await until(() => wants(fixture.agent).includes('resume'));
		for (let sequence = 500; sequence < 504; sequence++) {
			fixture.agent.frame(sequence, jpeg(sequence % 256));
			viewer.ack(await until(() => viewer.frames[sequence - 500]));
		}
		expect(new Set(viewer.frames.map(({ sequence }) => sequence)).size).toBe(viewer.frames.length);
	}
	const isPausedAgain = () => wants(fixture.agent).filter((want) => want === 'pause').length === 2;
	for (let sequence = 504; !isPausedAgain() && sequence < 530; sequence++) {
		fixture.agent.frame(sequence, jpeg(1));
		await until(() => fixture.agent.last('ack')?.sequence === sequence);
		fixture.clock.advance(1000);
		await rounds();
	}
	expect(isPausedAgain()).toBe(true);
});

it('what an agent did not send because it was asked not to is not counted as lost', async () => {
	await using fixture = await paused();
	await using viewer = await fixture.relay.viewer();
	viewer.watch('door');
	await until(() => wants(fixture.agent).includes('resume'));
	fixture.agent.frame(500, jpeg(2));
	fixture.agent.frame(503, jpeg(3));
	await until(() => viewer.frames.length > 0);
	await until(() => fixture.agent.last('ack')?.sequence === 503);
	const metrics = await fixture.relay.metrics();
	expect(metrics).toContain('oriel_frames_dropped_total{camera="door",hop="uplink",reason="behind"} 2');
});

it('an agent that is always on is never asked to pause', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	agent.announce('door', { capabilities: ['key-frame'] });
	for (let second = 0; second < 60; second++) {
		agent.frame(second, jpeg(1));
		await until(() => agent.last('ack')?.sequence === second);
		clock.advance(1000);
	}
	expect(wants(agent)).toEqual([]);
});

it('a snapshot wakes the camera and is its next picture', async () => {
	await using fixture = await paused();
	const headers = { authorization: `Bearer ${fixture.relay.token()}` };
	const get = async () => {
		const answer = await fetch(`${fixture.relay.url}/cameras/door/snapshot.jpg`, { headers });
		return Buffer.from(await answer.arrayBuffer());
	};
	const fresh = get();
	await until(() => wants(fixture.agent).includes('resume'));
	fixture.agent.frame(500, jpeg(2));
	expect(Buffer.compare(await fresh, jpeg(2))).toBe(0);
});

it('a snapshot of a camera that does not wake is the newest picture that there is', async () => {
	await using fixture = await paused();
	const headers = { authorization: `Bearer ${fixture.relay.token()}` };
	const answer = fetch(`${fixture.relay.url}/cameras/door/snapshot.jpg`, { headers });
	await until(() => wants(fixture.agent).includes('resume'));
	fixture.clock.advance(WAKE_TIMEOUT_MS);
	expect(Buffer.compare(Buffer.from(await (await answer).arrayBuffer()), jpeg(1))).toBe(0);
});
