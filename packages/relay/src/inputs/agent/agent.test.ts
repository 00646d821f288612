import { encode } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg, jpegOfSize } from '@oriel/testing/jpegs';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { addKey, removeKeys } from '../../auth/keys.ts';

const PICTURE = jpeg(100);

/** Answers the relay's pings as an agent whose clock is `ahead` microseconds ahead does, until one has been believed. */
async function answerPing(agent: Peer, clock: FakeClock, ahead: number): Promise<void> {
	clock.advance(0);
	const { sentAt } = await until(() => agent.last('ping'));
	const theirs = clock.now() + ahead;
	agent.send({ type: 'pong', pingSentAt: sentAt, receivedAt: theirs, sentAt: theirs });
}

/** The number that a metric without further labels has for `camera`. */
async function metric(relay: RunningRelay, name: string, labels: string): Promise<number> {
	const line = (await relay.metrics()).split('\n').find((text) => text.startsWith(`${name}{${labels}}`));
	return Number(line?.split(' ')[1]);
}

describe('an agent', () => {
	it('hears hello, is pinged at once, and each of its pictures reaches the viewers and is acknowledged', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		await using agent = await relay.agent('door');
		expect(agent.received[0]).toMatchObject({ type: 'hello', version: 1, capabilities: ['jpeg', 'h264', 'tracks'] });
		clock.advance(0);
		await until(() => agent.last('ping'));
		agent.announce('door', { title: 'Front door' });
		agent.frame(7, PICTURE);
		expect(await until(() => agent.last('ack'))).toMatchObject({ camera: 1, sequence: 7 });
		viewer.watch('door');
		const shown = await until(() => viewer.frames[0]);
		expect(Buffer.compare(shown.data, PICTURE)).toBe(0);
		expect(viewer.last('announce')).toMatchObject({ name: 'door', title: 'Front door', stream: 1 });
		expect(viewer.last('status')).toMatchObject({ state: 'live' });
	});

	it('may not announce a camera that is not its own', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door', 'garden'] });
		await using agent = await relay.agent('door');
		agent.announce('garden');
		expect(await agent.closed()).toBe(1002);
		expect(agent.last('goodbye')?.message).toBe('This key is of camera "door", not of "garden"');
	});

	it('may not send pictures before it has said of which camera', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.frame(0, PICTURE);
		expect(await agent.closed()).toBe(1002);
		expect(agent.last('goodbye')).toMatchObject({ reason: 'protocol-error', retryAfterMs: 5000 });
	});

	it.each([
		['a millisecond', 1000],
		['fifty years', 50 * 365 * 86_400_000_000],
		['less than nothing: it started this minute', -999_000_000],
	])('whose clock is ahead by %s has its times turned into the relay’s', async (_words, ahead) => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		await using agent = await relay.agent('door');
		viewer.watch('door');
		await answerPing(agent, clock, ahead);
		agent.announce('door');
		agent.frame(0, PICTURE, clock.now() + ahead - 400_000);
		const { capturedAt } = await until(() => viewer.frames[0]);
		expect(capturedAt).toBe(clock.now() - 400_000);
		expect(await until(() => agent.last('ack'))).toMatchObject({ ageMs: 400 });
	});

	it('whose picture has an impossible time is believed to have taken it just now', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		await using agent = await relay.agent('door');
		viewer.watch('door');
		await answerPing(agent, clock, 8_000_000_000);
		agent.announce('door');
		for (const [sequence, time] of [0, 2 ** 52, clock.now() + 8_001_500_000].entries()) {
			clock.advance(1);
			agent.frame(sequence, PICTURE, time);
			const shown = await until(() => viewer.frames.at(-1)?.sequence === sequence + 1 && viewer.frames.at(-1));
			expect(shown.capturedAt).toBe(clock.now());
			viewer.ack(shown);
		}
		expect(viewer.code).toBeUndefined();
	});

	it('counts as having lost the pictures that are missing in its numbering, also around 2^32, but not when it starts over', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		for (const sequence of [0xffff_fffd, 0xffff_ffff, 2, 2, 0, 1]) agent.frame(sequence, PICTURE);
		await until(() => agent.all('ack').length === 6);
		expect(await metric(relay, 'oriel_frames_dropped_total', 'camera="door",hop="uplink",reason="behind"')).toBe(3);
	});

	it('gives way to the next one with the same key, which is told nothing; pictures go on', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.viewer();
		viewer.watch('door');
		await using first = await relay.agent('door');
		first.announce('door');
		first.frame(0, jpeg(1));
		viewer.ack(await until(() => viewer.frames[0]));
		await using second = await relay.agent('door');
		second.announce('door');
		expect(await first.closed()).toBe(4001);
		expect(first.last('goodbye')).toMatchObject({ reason: 'taken-over', retryAfterMs: null });
		second.frame(0, jpeg(2));
		expect((await until(() => viewer.frames[1])).sequence).toBe(2);
		expect(second.last('goodbye')).toBeUndefined();
		expect(viewer.all('status').map(({ state }) => state)).not.toContain('offline');
		expect(viewer.last('announce')?.stream).toBe(2);
	});

	it('whose picture is too large is told so in words, however large it is; others notice nothing', async () => {
		const maxPictureBytes = 20_000;
		await using relay = await RunningRelay.start({
			clock: new FakeClock(),
			cameras: ['door', 'garden', 'roof'],
			maxPictureBytes,
		});
		await using other = await relay.agent('garden');
		other.announce('garden');
		await using fits = await relay.agent('door');
		fits.announce('door');
		fits.frame(0, jpegOfSize(maxPictureBytes));
		await until(() => fits.last('ack'));
		fits.frame(1, jpegOfSize(maxPictureBytes + 1));
		expect(await fits.closed()).toBe(1009);
		expect(fits.last('goodbye')).toMatchObject({ reason: 'too-large' });
		expect(fits.last('goodbye')?.message).toContain('20001 bytes; at most 20000');

		await using huge = await relay.agent('roof');
		huge.announce('roof');
		huge.frame(0, jpegOfSize(2_000_000));
		expect(await huge.closed()).toBe(1009);
		expect(huge.last('goodbye')).toMatchObject({ reason: 'too-large', retryAfterMs: 5000 });
		expect(huge.last('goodbye')?.message).toContain('pictures of up to 20000 bytes are accepted');
		other.frame(0, PICTURE);
		await until(() => other.last('ack'));
	});

	it('sends no pictures but JPEG: anything else is acknowledged, counted and not passed on', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.viewer();
		viewer.watch('door');
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, Buffer.from('<html>certainly not a picture</html>'.repeat(20)));
		agent.frame(1, new Uint8Array(0));
		agent.frame(2, PICTURE);
		await until(() => agent.last('ack')?.sequence === 2);
		await until(() => viewer.frames[0]);
		expect(viewer.frames).toHaveLength(1);
		expect(await metric(relay, 'oriel_frames_dropped_total', 'camera="door",hop="ingest",reason="broken"')).toBe(2);
	});

	it('that falls silent is let go after ten seconds, and its camera is offline since its last picture', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.ownersPage();
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, PICTURE);
		await until(() => agent.last('ack'));
		const since = clock.now();
		for (let second = 0; second < 13; second++) {
			clock.advance(1000);
			viewer.send({ type: 'ping', sentAt: 0 });
			await until(() => viewer.all('pong').length > second);
		}
		await agent.closed();
		expect(await until(() => viewer.last('status')?.state === 'offline' && viewer.last('status'))).toMatchObject({
			since,
			reason: 'No message was received for ten seconds',
		});
	});

	it('that has trouble with its camera is stalled for the reason that it gives, until the next picture', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.ownersPage();
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.send({ type: 'status', camera: 1, state: 'stalled', since: 5, reason: 'no camera is plugged in' });
		await until(() => viewer.last('status')?.state === 'stalled');
		expect(viewer.last('status')?.reason).toBe('no camera is plugged in');
		agent.frame(0, PICTURE);
		expect(
			(await until(() => viewer.last('status')?.state === 'live' && viewer.last('status'))).reason,
		).toBeUndefined();
	});

	it('that sends less than it could says why, until it does not or is gone', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		await using agent = await relay.agent('door');
		const limited = 'The camera’s uplink carries about 1.1 Mbit/s.';
		const last = () => viewer.last('status');
		agent.announce('door');
		agent.frame(0, PICTURE);
		await until(() => last()?.state === 'live');
		expect(last()).not.toHaveProperty('limited');
		agent.send({ type: 'status', camera: 1, state: 'live', since: 5, limited });
		await until(() => last()?.limited === limited);
		expect(last()?.state).toBe('live');
		agent.send({ type: 'status', camera: 1, state: 'stalled', since: 5, reason: 'unplugged', limited });
		await until(() => last()?.state === 'stalled');
		expect(last()?.limited).toBe(limited);
		agent.frame(1, PICTURE);
		await until(() => last()?.state === 'live');
		expect(last()?.limited).toBe(limited);
		agent.send({ type: 'status', camera: 1, state: 'live', since: 5 });
		await until(() => last()?.limited === undefined);
		agent.send({ type: 'status', camera: 1, state: 'live', since: 5, limited });
		await until(() => last()?.limited === limited);
		agent.socket.terminate();
		await until(() => last()?.state === 'offline');
		expect(last()).not.toHaveProperty('limited');
	});

	it('is told when its key is removed', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		removeKeys(relay.files, 'door');
		clock.advance(1000);
		expect(await agent.closed()).toBe(4003);
		expect(agent.last('goodbye')).toMatchObject({ reason: 'revoked', retryAfterMs: null });
	});

	it('withdraws its camera, or says goodbye, and is believed', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
		await using viewer = await relay.ownersPage();
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, PICTURE);
		await until(() => agent.last('ack'));
		agent.send({ type: 'withdraw', camera: 1 });
		await until(() => viewer.last('status')?.state === 'offline');
		agent.announce('door');
		agent.frame(1, PICTURE);
		await until(() => viewer.last('status')?.state === 'live');
		agent.send({ type: 'goodbye', reason: 'finished', message: 'the file is at its end', retryAfterMs: null });
		expect(await agent.closed()).toBe(1000);
		expect((await until(() => viewer.last('status')?.state === 'offline' && viewer.last('status'))).reason).toBe(
			'the file is at its end',
		);
	});

	it('works with any of its camera’s keys, and not with what a viewer has', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, cameras: ['door'] });
		const second = addKey(relay.files, clock, 'door');
		const url = `${relay.url}/agent`;
		const { Peer } = await import('@oriel/testing/relay/peer');
		await using agent = await Peer.open(url, second);
		agent.announce('door');
		await expect(Peer.open(url, relay.token())).rejects.toThrow('1006');
	});

	it('may send garbage, which ends its own connection and nothing else', async () => {
		await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door', 'garden'] });
		await using other = await relay.agent('garden');
		other.announce('garden');
		const bad: [string | Uint8Array, number][] = [
			['text', 1002],
			[Uint8Array.of(1, 2, 3), 1002],
			[encode({ type: 'watch', cameras: [] }), 1002],
			[Buffer.concat(Array.from({ length: 300 }, () => encode({ type: 'ping', sentAt: 1 }))), 1009],
		];
		for (const [message, code] of bad) {
			await using agent = await relay.agent('door');
			agent.socket.send(message);
			expect(await agent.closed()).toBe(code);
			expect(agent.last('goodbye')).toBeDefined();
		}
		await rounds();
		other.frame(0, PICTURE);
		await until(() => other.last('ack'));
	});
});
