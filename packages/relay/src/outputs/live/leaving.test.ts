// What is left of a viewer on /live when it has gone: nothing but what was counted.
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';

const VIEWERS = 'oriel_viewers{camera="door",transport="live"}';
const FRAMES = 'oriel_egress_frames_total{camera="door",transport="live"}';
const BYTES = 'oriel_egress_bytes_total{camera="door",transport="live"}';

it('it is no viewer of the camera any more, what it got stays counted, and no timer of it is left', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	agent.announce('door');
	agent.frame(0, jpeg(1));
	await until(() => agent.last('ack'));
	// Noted on disk before timers are counted.
	const token = relay.token();
	await relay.relay.kept();
	// The first pings to the agent, which are soon over.
	clock.advance(3000);
	const timers = clock.pending;

	const viewer = await relay.viewer(token);
	viewer.watch('door');
	const first = await until(() => viewer.frames[0]);
	expect(await relay.metric(VIEWERS)).toBe(1);
	expect(await relay.metric(FRAMES)).toBe(1);
	expect(await relay.metric(BYTES)).toBeGreaterThan(first.data.length);

	// The path is known, a picture is under way, and one more waits for its time.
	clock.advance(100);
	viewer.ack(first, 1);
	await rounds();
	agent.frame(1, jpeg(2));
	await until(() => viewer.frames.length === 2);
	agent.frame(2, jpeg(3));
	await until(() => agent.all('ack').length === 3);
	await rounds();

	await viewer[Symbol.asyncDispose]();
	await until(() => /viewer left.*"transport":"live"/.test(relay.logged));
	expect(await relay.metric(VIEWERS)).toBe(0);
	const sent = await relay.metric(FRAMES);
	expect(sent).toBeGreaterThanOrEqual(2);
	expect(relay.logged).toMatch(new RegExp(`viewer left.*"frames":${sent},"dropped":${3 - sent}}`));
	// The last answer gives its own back when its connection has been told.
	await until(() => clock.pending === timers);
});

it('a picture that it never took counts as passed over, in its line of the log and in the metrics', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using agent = await relay.agent('door');
	agent.announce('door');
	await using viewer = await relay.viewer();
	viewer.watch('door');
	// Two go out without an acknowledgement; the others wait for one.
	for (let sequence = 0; sequence < 10; sequence++) agent.frame(sequence, jpeg(sequence));
	await until(() => agent.all('ack').length === 10 && viewer.frames.length === 2);
	viewer.watch();
	await rounds();
	viewer.socket.terminate();
	await until(() => /viewer left.*"frames":2,"dropped":8}/.test(relay.logged));
	const dropped = 'oriel_frames_dropped_total{camera="door",hop="live",reason="behind"}';
	expect(await relay.metric(dropped)).toBe(8);
});

it('it is told when to come back when the relay stops', async () => {
	const clock = new FakeClock();
	await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
	await using viewer = await relay.viewer();
	const closed = relay.relay.close();
	expect(await viewer.closed()).toBe(1012);
	expect(viewer.last('goodbye')).toMatchObject({ reason: 'shutting-down', retryAfterMs: 1000 });
	clock.advance(3000);
	await closed;
});
