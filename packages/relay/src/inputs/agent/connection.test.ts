import type { Announce } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { removeKeys } from '../../auth/keys.ts';

const H264: Partial<Announce> = { codec: 'h264', width: 160, height: 128, capabilities: ['key-frame'] };

it('answers an agent’s ping with its own clock', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	clock.advance(100);
	agent.send({ type: 'ping', sentAt: 42 });
	const pong = await until(() => agent.last('pong'));
	expect(pong).toMatchObject({ pingSentAt: 42, receivedAt: clock.now(), sentAt: clock.now() });
});

it('leaves no timer, lease or listener of an agent that has gone, whether it announced its camera or not', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door', 'roof'] });
	clock.advance(3000);
	const timers = clock.pending;
	const door = await relay.agent('door');
	door.announce('door');
	const roof = await relay.agent('roof');
	await until(() => relay.logged.includes('stream opened'));
	expect(clock.pending).toBeGreaterThan(timers);
	for (const agent of [door, roof]) await agent[Symbol.asyncDispose]();
	await until(() => relay.logged.match(/camera left/g)?.length === 2);
	expect(clock.pending).toBe(timers);
	// Nothing of it is ended once more when its key is removed.
	removeKeys(relay.files, 'door');
	clock.advance(1000);
	expect(relay.logged).not.toContain('access-ended');
	expect(relay.logged.match(/camera left/g)).toHaveLength(2);
});

it('tells an agent that has not announced its camera yet when to come back, too', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	const closed = relay.relay.close();
	await until(() => agent.code !== undefined);
	expect(agent.last('goodbye')).toMatchObject({ reason: 'shutting-down' });
	clock.advance(3000);
	await closed;
});

it('goes on within a run whatever is announced, and not from one run to the next', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	const units = h264('kddddd');
	let sequence = 0;
	const send = async () => {
		const unit = units[sequence];
		agent.frame(sequence, unit?.annexB ?? new Uint8Array(), 0, unit?.key);
		const acknowledged = sequence++;
		await until(() => agent.last('ack')?.sequence === acknowledged);
	};
	const keyless = async () => {
		const { text } = await ask(`${relay.url}/metrics`);
		return Number(/\{camera="door",hop="ingest",reason="no-key"\} (\d+)/.exec(text)?.[1] ?? 0);
	};
	agent.announce('door', { ...H264, stream: 1 });
	await send();
	await send();
	agent.announce('door', { ...H264, stream: 1, title: 'Another title' });
	await send();
	expect(await keyless()).toBe(0);
	agent.announce('door', { ...H264, stream: 2 });
	await send();
	expect(await keyless()).toBe(1);
	expect(agent.last('request')).toMatchObject({ want: 'key-frame' });
});

it.each(['frame', 'poster'] as const)(
	'ends an agent whose %s is of a camera that it has not announced',
	async (type) => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		for (const announced of [undefined, 'door']) {
			await using agent = await relay.agent('door');
			if (announced) agent.announce(announced);
			const picture = { capturedAt: 0, data: jpeg(1) };
			// Camera 1 is what `announce` announces.
			const camera = announced ? 2 : 1;
			if (type === 'poster') agent.send({ type, camera, ...picture });
			else agent.send({ type, camera, key: true, sequence: 0, ...picture });
			expect(await agent.closed()).toBe(1002);
			expect(agent.last('goodbye')?.message).toContain(`of camera ${camera} came, which has not been announced`);
		}
	},
);

it('counts its pictures in the log, and how old they were in the metrics', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	const agent = await relay.agent('door');
	agent.announce('door');
	const answered = agent.all('ping').length;
	clock.advance(100);
	await until(() => agent.all('ping').length > answered);
	for (const { sentAt } of agent.all('ping')) {
		agent.send({ type: 'pong', pingSentAt: sentAt, receivedAt: sentAt, sentAt });
	}
	await rounds();
	clock.advance(1000);
	// Number 2 was counted by the agent and never sent; the last is no picture.
	const taken = clock.now() - 300_000;
	for (const [sequence, data] of [jpeg(1), jpeg(2), undefined, jpeg(3), Buffer.from('no picture')].entries()) {
		if (data) agent.frame(sequence, data, taken);
	}
	await until(() => agent.all('ack').length === 4);
	const { text } = await ask(`${relay.url}/metrics`);
	expect(text).toContain('oriel_frame_age_seconds_count{hop="ingest"} 3');
	const [, sum] = /oriel_frame_age_seconds_sum\{hop="ingest"\} (\S+)/.exec(text) ?? [];
	expect(Number(sum) / 3).toBeGreaterThan(0.1);
	expect(Number(sum) / 3).toBeLessThan(1.5);
	await agent[Symbol.asyncDispose]();
	await until(() => /camera left.*"frames":3,"dropped":1}/.test(relay.logged));
});
