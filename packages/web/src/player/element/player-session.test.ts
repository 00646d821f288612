import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { FakeRelay } from '@oriel/testing/web/fake-relay';
import { FakeSurface } from '@oriel/testing/web/fake-surface';
import { expect, it } from 'vitest';
import { LiveConnection } from '../connection/live-connection.ts';
import type { Capabilities } from '../picture/choose.ts';
import { JpegRenderer } from '../picture/jpeg-renderer.ts';
import { PlayerSession } from './player-session.ts';

function player(capabilities: Capabilities = { decodes: undefined, plays: () => true, secure: true }) {
	const clock = new FakeClock();
	const relay = new FakeRelay(clock);
	const connection = new LiveConnection(relay.parts);
	const surface = new FakeSurface<Uint8Array>({ atOnce: true });
	const session = new PlayerSession({
		connection,
		clock,
		camera: 'porch',
		capabilities,
		createRenderer: (_method, events) => new JpegRenderer({ ...events, surface }),
		onChange: () => {},
	});
	session.seen(true);
	let sequence = 0;
	const play = async (seconds: number, camera = 1) => {
		for (let half = 0; half < seconds * 10; half++) {
			clock.advance(100);
			relay.answerPings();
			relay.socket.deliver(relay.frame(camera, ++sequence, 20));
			await turn();
		}
	};
	return { clock, relay, connection, session, play, drawn: () => surface.begun.length };
}

it('goes from connecting over waiting to live, and knows rate and age', async () => {
	const { relay, session, play, drawn } = player();
	expect(session.state).toBe('connecting');
	relay.welcome(['porch']);
	expect(session.state).toBe('waiting');
	await play(3);
	expect(session.state).toBe('live');
	expect(drawn()).toBe(30);
	expect(session.framesPerSecond).toBeCloseTo(10, 0);
	expect(session.ageMs).toBeCloseTo(20, 0);
});

it('falls behind when pictures stop, and recovers', async () => {
	const { relay, session, play } = player();
	relay.welcome(['porch']);
	await play(3);
	relay.run(2.5);
	expect(session.state).toBe('behind');
	expect(session.words?.headline).toBe('No new picture for 2 s');
	await play(0.1);
	expect(session.state).toBe('live');
});

it('follows the relay’s word, and waits for a fresh picture when the camera is back', async () => {
	const { relay, session, play } = player();
	relay.welcome(['porch']);
	await play(3);
	relay.socket.deliver({ type: 'status', camera: 1, state: 'offline', since: 1, reason: 'Gone' });
	relay.run(10);
	expect(session.state).toBe('offline');
	relay.socket.deliver({ type: 'status', camera: 1, state: 'live', since: 1 });
	expect(session.state).toBe('waiting');
	await play(0.1);
	expect(session.state).toBe('live');
});

it('survives a relay that comes back with other numbers', async () => {
	const { clock, relay, session, play } = player();
	relay.welcome(['porch']);
	await play(3);
	relay.socket.break();
	expect(session.state).toBe('reconnecting');
	clock.advance(250);
	relay.welcome(['porch'], 44);
	await play(0.2, 44);
	expect(session.state).toBe('live');
});

it('asks for no pictures while it is out of sight, and does not call that behind', async () => {
	const { clock, relay, session, play } = player();
	relay.welcome(['porch']);
	await play(3);
	session.seen(false);
	clock.advance(0);
	expect(relay.socket.ofType('watch').at(-1)?.cameras).toEqual([]);
	relay.run(10);
	expect(session.state).toBe('live');
	session.seen(true);
	expect(session.state).toBe('waiting');
	await play(0.1);
	expect(session.state).toBe('live');
});

it('skips to a key frame, says what it missed, and shows nothing in between', async () => {
	const { clock, relay, session, drawn } = player();
	relay.welcome(['porch']);
	relay.socket.deliver(...relay.introduce('porch', 1, { codec: 'h264', codecString: 'avc1.42C01E' }));
	const deliver = async (sequence: number, key: boolean) => {
		relay.socket.deliver(relay.frame(1, sequence, 0, key));
		await turn();
	};
	await deliver(1, true);
	expect(session.method).toBe('mse');
	expect(drawn()).toBe(1);
	clock.advance(1_200);
	await deliver(30, false);
	expect(drawn()).toBe(1);
	expect(relay.socket.ofType('ack').at(-1)?.sequence).toBe(30);
	await deliver(31, true);
	expect(drawn()).toBe(2);
	expect(session.note).toBe('Skipped 1.2 s to catch up');
	expect(session.skipped.frames).toBe(29);
	clock.advance(3_000);
	expect(session.note).toBeUndefined();
});

it('counts nothing as missed that it did not ask for', async () => {
	const { clock, relay, session, play } = player();
	relay.welcome(['porch']);
	await play(1);
	relay.signal('hidden');
	relay.run(6);
	relay.signal('visible');
	relay.run(1);
	relay.socket.deliver(relay.frame(1, 500));
	await turn();
	expect(session.skipped).toEqual({ frames: 0, ms: 0 });
	session.seen(false);
	clock.advance(0);
	session.seen(true);
	relay.socket.deliver(relay.frame(1, 900));
	expect(session.skipped).toEqual({ frames: 0, ms: 0 });
});

it('explains itself where nothing shows H.264', () => {
	const { relay, session } = player({ decodes: undefined, plays: undefined, secure: false });
	relay.welcome(['porch']);
	relay.socket.deliver(...relay.introduce('porch', 1, { codec: 'h264' }));
	expect(session.words?.detail).toContain('cannot show on a plain http: page');
	expect(session.method).toBeUndefined();
});

it('leaves no timer behind', async () => {
	const { clock, relay, session } = player();
	relay.welcome(['porch']);
	session.close();
	clock.advance(5_000);
	expect(clock.pending).toBe(0);
});

it('says what the connection carries while that is not all, and for a few seconds if the relay says no more', async () => {
	const { relay, session, play } = player();
	relay.welcome(['porch', 'yard']);
	await play(1);
	expect([session.carries, session.note]).toEqual([undefined, undefined]);
	const rates = { bitsPerSecond: 1_300_000, neededBitsPerSecond: 2_000_000 };
	relay.socket.deliver({ type: 'carry', camera: 1, ...rates, offers: 'fewer' });
	expect(session.carries).toMatchObject(rates);
	expect(session.note).toBe('Your connection carries about 1.3 of 2 Mbit/s; showing fewer pictures');
	relay.socket.deliver({ type: 'carry', camera: 2, ...rates, offers: 'key-frames' });
	relay.socket.deliver({ type: 'carry', camera: 9, ...rates, offers: 'key-frames' });
	expect(session.note, 'that was of another camera').toContain('fewer pictures');
	relay.socket.deliver({ type: 'carry', camera: 1, ...rates, offers: 'all' });
	expect(session.note).toBeUndefined();

	relay.socket.deliver({ type: 'carry', camera: 1, ...rates, offers: 'key-frames' });
	await play(5);
	expect(session.note).toContain('only key frames');
	await play(1.5);
	expect(session.note).toBeUndefined();
});

it('says nothing of the connection while the camera is the one that sends nothing, or the connection is a new one', async () => {
	const { clock, relay, session, play } = player();
	relay.welcome(['porch']);
	await play(1);
	const carry = { type: 'carry', camera: 1, bitsPerSecond: 1e6, neededBitsPerSecond: 2e6, offers: 'fewer' } as const;
	relay.socket.deliver(carry);
	relay.socket.deliver({ type: 'status', camera: 1, state: 'offline', since: clock.now() + relay.lead });
	expect([session.state, session.carries]).toEqual(['offline', undefined]);
	relay.socket.deliver({ type: 'status', camera: 1, state: 'live', since: clock.now() + relay.lead });
	await play(0.5);
	expect(session.carries).toBeDefined();
	relay.socket.break();
	clock.advance(1000);
	relay.welcome(['porch']);
	await play(0.5);
	expect([session.state, session.carries]).toEqual(['live', undefined]);
});

it('names the device, and not the connection, where pictures arrive and cannot be shown', async () => {
	const { clock, relay, session } = player();
	relay.welcome(['porch']);
	const carry = { type: 'carry', camera: 1, bitsPerSecond: 1e6, neededBitsPerSecond: 2e6, offers: 'fewer' } as const;
	let sequence = 0;
	/** For each 200 ms of work of the page, which is `busyMs` of it, five pictures come. */
	const play = async (seconds: number, busyMs: number) => {
		for (let round = 0; round < 5 * seconds; round++) {
			clock.block(busyMs);
			for (let index = 0; index < 5; index++) relay.socket.deliver(relay.frame(1, ++sequence, 20));
			await turn();
			clock.advance(200 - busyMs);
			relay.answerPings();
			if (round % 10 === 0) relay.socket.deliver(carry);
		}
	};
	await play(8, 0);
	expect(session.note, 'a slow link alone').toBe('Your connection carries about 1 of 2 Mbit/s; showing fewer pictures');
	await play(8, 180);
	expect(session.note).toBe('This device is too busy to show every picture');
	await play(8, 0);
	expect(session.note).toContain('Your connection carries');
});
