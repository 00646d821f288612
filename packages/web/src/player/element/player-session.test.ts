import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { LiveConnection } from '../connection/live-connection.ts';
import { FakeRelay } from '../connection/rehearsal/fake-relay.ts';
import { JpegRenderer } from '../picture/jpeg-renderer.ts';
import { PlayerSession } from './player-session.ts';

function player() {
	const clock = new FakeClock();
	const relay = new FakeRelay(clock);
	const connection = new LiveConnection(relay.parts);
	let drawn = 0;
	const session = new PlayerSession({
		connection,
		clock,
		camera: 'porch',
		capabilities: { decodes: undefined, plays: undefined, secure: true },
		createRenderer: (_rung, events) =>
			new JpegRenderer({
				...events,
				decode: async () => ({ width: 1, height: 1, close() {} }),
				draw: () => drawn++,
			}),
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
	return { clock, relay, connection, session, play, drawn: () => drawn };
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

it('leaves no timer behind', async () => {
	const { clock, relay, session } = player();
	relay.welcome(['porch']);
	session.close();
	clock.advance(5_000);
	expect(clock.pending).toBe(0);
});
