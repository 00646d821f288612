import { FakeClock } from '@oriel/testing/fake-clock';
import { FakeRelay, RELAY_LEAD } from '@oriel/testing/web/fake-relay';
import { describe, expect, it } from 'vitest';
import { LiveConnection } from './live-connection.ts';
import type { ReceivedFrame } from './received-frame.ts';

function visit() {
	const clock = new FakeClock();
	const relay = new FakeRelay(clock);
	const live = new LiveConnection(relay.parts);
	const pictures: ReceivedFrame[] = [];
	const watch = (name: string) => live.watch(name, (picture) => pictures.push(picture));
	return { clock, relay, live, pictures, watch };
}

function openVisit(...names: string[]) {
	const all = visit();
	const stop = all.live.subscribe(() => {});
	for (const name of names) all.watch(name);
	all.relay.welcome(names);
	all.clock.advance(0);
	return { ...all, stop };
}

describe('opening', () => {
	it('dials with its first user, says hello and asks for pictures in one go', () => {
		const { relay, live, watch } = visit();
		expect(relay.sockets).toHaveLength(0);
		watch('porch');
		expect(live.state.phase).toBe('connecting');
		relay.socket.accept();
		const [hello, wanted, ping] = relay.socket.sent;
		expect(hello).toMatchObject({ type: 'hello', version: 1, capabilities: ['jpeg', 'h264', 'tracks'] });
		expect(wanted).toMatchObject({ type: 'watch', cameras: ['porch'] });
		expect(ping).toMatchObject({ type: 'ping' });
		expect(live.state.phase).toBe('connecting');
	});

	it('is open at the hello and has the whole list at the answer to a ping sent after it', () => {
		const { relay, live } = visit();
		live.subscribe(() => {});
		relay.socket.accept();
		relay.clock.advance(100);
		relay.socket.deliver({ type: 'hello', version: 1, software: 'fake', capabilities: [] });
		expect(live.state.phase).toBe('open');
		const [first] = relay.socket.ofType('ping');
		const times = { receivedAt: RELAY_LEAD, sentAt: RELAY_LEAD };
		relay.socket.deliver({ type: 'pong', pingSentAt: first?.sentAt ?? 0, ...times });
		expect(live.listed).toBe(false);
		relay.answerPings();
		expect(live.listed).toBe(true);
	});

	it('closes a while after its last user has gone, and leaves no timer', () => {
		const { clock, relay, live, stop } = openVisit();
		stop();
		clock.advance(4_999);
		expect(relay.socket.closed).toBe(false);
		clock.advance(1);
		expect(relay.socket.closed).toBe(true);
		expect(live.state.phase).toBe('idle');
		expect(clock.pending).toBe(0);
	});

	it('gives up an attempt without a hello after 4 s and dials again', async () => {
		const { clock, relay, live } = visit();
		live.subscribe(() => {});
		relay.socket.accept();
		clock.advance(4_000);
		expect(relay.sockets[0]?.closed).toBe(true);
		clock.advance(250);
		await clock.settle();
		expect(relay.sockets).toHaveLength(2);
	});
});

describe('coming back', () => {
	it('dials indefinitely, and is open again with the first success', async () => {
		const { clock, relay, live } = openVisit('porch');
		relay.socket.break();
		expect(live.state.phase).toBe('reconnecting');
		for (let minute = 0; minute < 200; minute++) {
			clock.advance(60_000);
			await clock.settle();
			if (relay.socket.readyState === 0) relay.socket.break();
		}
		expect(relay.sockets.length).toBeGreaterThan(150);
		relay.signal('online');
		await clock.settle();
		relay.welcome(['porch']);
		expect(live.state.phase).toBe('open');
	});

	it('asks again for the same cameras, and believes only the new numbers', () => {
		const { clock, relay, pictures } = openVisit('porch', 'garage');
		relay.socket.break();
		clock.advance(250);
		const socket = relay.welcome(['garage', 'porch'], 7);
		expect(socket.ofType('watch')[0]?.cameras).toEqual(['porch', 'garage']);
		socket.deliver(relay.frame(1, 1), relay.frame(7, 2), relay.frame(8, 3));
		expect(pictures.map(({ track, sequence }) => [track.camera, sequence])).toEqual([
			['garage', 2],
			['porch', 3],
		]);
	});

	it('keeps what it knows of a camera until the relay has told its list, then drops what is gone', () => {
		const { clock, relay, live } = openVisit('porch', 'garage');
		relay.socket.break();
		expect(live.cameras.map(({ name, confirmed }) => [name, confirmed])).toEqual([
			['garage', false],
			['porch', false],
		]);
		clock.advance(250);
		relay.welcome(['porch']);
		expect(live.cameras.map(({ name }) => name)).toEqual(['porch']);
	});

	it('dials at once when the network comes back or the page is seen', async () => {
		const { clock, relay } = openVisit();
		relay.socket.break();
		relay.signal('visible');
		expect(relay.sockets).toHaveLength(2);
		relay.socket.break();
		relay.signal('online');
		await clock.settle();
		expect(relay.sockets).toHaveLength(3);
		relay.welcome([]);
		relay.signal('online');
		expect(relay.sockets).toHaveLength(3);
		clock.advance(0);
	});

	it('comes back after the time that the relay asks for, and says so meanwhile', () => {
		const { clock, relay, live } = openVisit();
		relay.socket.deliver({ type: 'goodbye', reason: 'shutting-down', message: 'Back soon', retryAfterMs: 2_000 });
		expect(live.state.phase).toBe('reconnecting');
		clock.advance(2_000);
		expect(relay.sockets).toHaveLength(1);
		clock.advance(1_300);
		expect(relay.sockets).toHaveLength(2);
	});

	it('stays away when the relay asks for that, until a person tries again', () => {
		const { clock, relay, live } = openVisit();
		relay.socket.deliver({ type: 'goodbye', reason: 'revoked', message: 'Access ended', retryAfterMs: null });
		expect(live.state).toEqual({ phase: 'ended', reason: 'revoked', message: 'Access ended' });
		clock.advance(600_000);
		relay.signal('online');
		expect(relay.sockets).toHaveLength(1);
		live.retry();
		relay.welcome([]);
		expect(live.state.phase).toBe('open');
	});

	it('asks for the relay by plain HTTP while dials fail, and dials no more than once until it is found', async () => {
		const { clock, relay, live } = openVisit('porch');
		relay.answer = 'absent';
		relay.socket.break();
		clock.advance(250);
		expect([relay.sockets.length, relay.asked]).toEqual([2, 0]);
		relay.socket.break();
		for (let passed = 0; passed < 20_000; passed += 50) {
			clock.advance(50);
			await clock.settle();
		}
		expect(relay.asked).toBeGreaterThan(40);
		expect(relay.sockets).toHaveLength(2);
		relay.answer = 'there';
		clock.advance(1000);
		await clock.settle();
		expect(relay.sockets).toHaveLength(3);
		relay.welcome(['porch']);
		expect(live.state.phase).toBe('open');
		const { asked } = relay;
		relay.socket.break();
		clock.advance(1000);
		expect([relay.sockets.length, relay.asked]).toEqual([4, asked]);
	});

	it('heeds no answer that comes after something better', async () => {
		const { clock, relay, live } = openVisit();
		relay.socket.break();
		clock.advance(250);
		relay.socket.break();
		clock.advance(250);
		relay.signal('online');
		live.retry();
		await clock.settle();
		expect([relay.asked, relay.sockets.length]).toEqual([3, 3]);
	});

	it('ends when the relay says that no user is signed in, and only then', async () => {
		const { clock, relay, live } = openVisit();
		relay.socket.break();
		clock.advance(250);
		relay.socket.break();
		await clock.settle();
		expect(live.state.phase).toBe('reconnecting');
		relay.answer = 'signed-out';
		clock.advance(250);
		await clock.settle();
		expect(live.state).toMatchObject({ phase: 'ended', reason: 'signed-out' });
	});

	it('dials again after nonsense', () => {
		const { clock, relay } = openVisit();
		relay.socket.onmessage?.({ data: new Uint8Array([1, 2, 3]).buffer });
		expect(relay.socket.closed).toBe(true);
		clock.advance(250);
		expect(relay.sockets).toHaveLength(2);
	});
});

describe('silence', () => {
	it('gives up a connection on which nothing has arrived for 5 s', () => {
		const { clock, relay, live } = openVisit();
		relay.run(10);
		clock.advance(4_500);
		expect(live.state.phase).toBe('open');
		clock.advance(1_000);
		expect(live.state).toMatchObject({ phase: 'reconnecting' });
		const since = live.state.phase === 'reconnecting' ? live.state.since : 0;
		expect(clock.wall() - since).toBeGreaterThan(5_000);
	});

	it('waits longer on a link that was only slow', () => {
		const { clock, relay, live } = openVisit();
		clock.advance(6_000);
		expect(live.state.phase).toBe('reconnecting');
		relay.welcome([]);
		clock.advance(14_000);
		expect(live.state.phase).toBe('open');
		relay.answerPings();
		clock.advance(29_000);
		expect(live.state.phase).toBe('open');
		clock.advance(2_000);
		expect(live.state.phase).toBe('reconnecting');
	});

	it('notices that the machine slept while its clock stood still', () => {
		const { clock, relay } = openVisit();
		relay.run(2);
		clock.stepWall(3_600_000);
		clock.advance(500);
		expect(relay.sockets[0]?.closed).toBe(true);
		clock.advance(250);
		expect(relay.sockets).toHaveLength(2);
	});

	it('answers the relay’s pings', () => {
		const { relay } = openVisit();
		relay.socket.deliver({ type: 'ping', sentAt: 42 });
		expect(relay.socket.ofType('pong')).toMatchObject([{ pingSentAt: 42 }]);
	});
});

describe('watching', () => {
	it('sends one list for all changes made in one go', () => {
		const { clock, relay, watch } = openVisit();
		const before = relay.socket.ofType('watch').length;
		const stopPorch = watch('porch');
		watch('garage');
		clock.advance(0);
		expect(relay.socket.ofType('watch').slice(before)).toMatchObject([{ cameras: ['porch', 'garage'] }]);
		stopPorch();
		clock.advance(0);
		expect(relay.socket.ofType('watch').at(-1)).toMatchObject({ cameras: ['garage'] });
	});

	it('stops the pictures of a hidden tab after 5 s and asks again when it is seen', () => {
		const { clock, relay, live } = openVisit('porch');
		relay.signal('hidden');
		clock.advance(4_900);
		expect(live.suspended).toBe(false);
		clock.advance(100);
		clock.advance(0);
		expect(live.suspended).toBe(true);
		expect(relay.socket.ofType('watch').at(-1)?.cameras).toEqual([]);
		relay.signal('visible');
		clock.advance(0);
		expect(relay.socket.ofType('watch').at(-1)?.cameras).toEqual(['porch']);
	});

	it('acknowledges each picture when it comes, by the number of the connection that brought it', () => {
		const { relay } = openVisit('porch');
		relay.socket.deliver(relay.frame(1, 9));
		expect(relay.socket.ofType('ack')).toEqual([{ type: 'ack', camera: 1, sequence: 9, ageMs: undefined }]);
	});

	it('tells with the next acknowledgement how old the newest picture was when it was shown, once', () => {
		const { relay, pictures } = openVisit('porch');
		for (const sequence of [9, 10, 11]) relay.socket.deliver(relay.frame(1, sequence));
		pictures[0]?.settle(150);
		pictures[1]?.settle(187);
		pictures[1]?.settle(200);
		pictures[2]?.settle(undefined);
		for (const sequence of [12, 13]) relay.socket.deliver(relay.frame(1, sequence));
		expect(relay.socket.ofType('ack').slice(-2)).toEqual([
			{ type: 'ack', camera: 1, sequence: 12, ageMs: 187 },
			{ type: 'ack', camera: 1, sequence: 13, ageMs: undefined },
		]);
	});

	it('tells how long a picture may have waited for a page that was busy', () => {
		const { clock, relay } = openVisit('porch');
		relay.socket.deliver(relay.frame(1, 9));
		clock.block(130);
		relay.socket.deliver(relay.frame(1, 10));
		relay.run(1.5);
		relay.socket.deliver(relay.frame(1, 11));
		const [free, busy, after] = relay.socket.ofType('ack');
		expect([free?.heldMs, after?.heldMs]).toEqual([undefined, undefined]);
		expect(busy?.heldMs).toBeGreaterThanOrEqual(130);
		expect(busy?.heldMs).toBeLessThanOrEqual(180);
	});

	it('is done at once with a picture for no player', () => {
		const { relay } = openVisit();
		relay.socket.deliver(...relay.introduce('porch', 3), relay.frame(3, 5));
		expect(relay.socket.ofType('ack')).toEqual([{ type: 'ack', camera: 3, sequence: 5, ageMs: undefined }]);
	});

	it('hands a new player the last picture, and forgets it with its camera', () => {
		const { relay, live, pictures, watch } = openVisit('porch');
		relay.socket.deliver(relay.frame(1, 5));
		watch('porch');
		expect(pictures.map(({ sequence }) => sequence)).toEqual([5, 5]);
		relay.socket.deliver({ type: 'withdraw', camera: 1 });
		expect(live.camera('porch')).toBeUndefined();
		watch('porch');
		expect(pictures).toHaveLength(2);
	});
});

describe('groups of H.264', () => {
	function openGroup() {
		const all = openVisit('porch');
		all.relay.socket.deliver(...all.relay.introduce('porch', 1, { codec: 'h264', codecString: 'avc1.42C01E' }));
		for (const sequence of [4, 5, 6]) all.relay.socket.deliver(all.relay.frame(1, sequence, 0, sequence === 4));
		return all;
	}
	const sequences = (pictures: readonly ReceivedFrame[]) => pictures.map(({ sequence }) => sequence);

	it('gives a second player the group from its key frame on', () => {
		const { live, pictures, watch } = openGroup();
		expect(pictures.at(-1)).toMatchObject({ key: false, format: { codec: 'h264', codecString: 'avc1.42C01E' } });
		watch('porch');
		expect(sequences(pictures)).toEqual([4, 5, 6, 4, 5, 6]);
		expect(sequences(live.kept('porch'))).toEqual([4, 5, 6]);
	});

	it('forgets the group a second after its last viewer has gone', () => {
		const { clock, relay, live } = openVisit();
		relay.socket.deliver(...relay.introduce('porch', 1, { codec: 'h264' }));
		const first = live.watch('porch', () => {});
		const second = live.watch('porch', () => {});
		relay.socket.deliver(relay.frame(1, 4));
		first();
		expect(live.kept('porch')).toHaveLength(1);
		second();
		clock.advance(999);
		expect(live.kept('porch'), 'for the next player').toHaveLength(1);
		clock.advance(1);
		expect(live.kept('porch')).toHaveLength(0);
		relay.socket.deliver(relay.frame(1, 5));
		expect(live.kept('porch')).toHaveLength(0);
	});
});

describe('clocks', () => {
	it('reckons the age of a picture and the wall time of a status in its own clock', () => {
		const { clock, relay, live, pictures } = openVisit('porch');
		relay.socket.deliver(relay.frame(1, 1, 120));
		clock.advance(30);
		expect(pictures[0]?.ageMs()).toBeCloseTo(150, 3);
		expect(live.toWall(clock.now() + RELAY_LEAD - 60_000_000)).toBe(clock.wall() - 60_000);
	});

	it.each([
		['a nap of 3 s, in which its clock stood still and the connection lived', 3000],
		['the relay’s clock going back by 2 s, as it should not', -2000],
	])('is right again within 5 s after %s', (_words, ms) => {
		const { clock, relay, pictures } = openVisit('porch');
		relay.run(10);
		relay.lead += ms * 1000;
		clock.stepWall(Math.max(0, ms));
		relay.run(5);
		relay.socket.deliver(relay.frame(1, 1, 120));
		// The fake relay answers late, now and then by half a second.
		expect(Math.abs((pictures[0]?.ageMs() ?? 0) - 120)).toBeLessThan(50);
		expect(relay.sockets).toHaveLength(1);
	});

	it('compares the clocks again after a long sleep, on a connection of its own', () => {
		const { clock, relay, pictures } = openVisit('porch');
		relay.run(10);
		relay.lead += 3_600_000_000;
		clock.stepWall(3_600_000);
		clock.advance(500);
		clock.advance(250);
		relay.welcome(['porch']);
		relay.socket.deliver(relay.frame(1, 1, 80));
		expect(pictures[0]?.ageMs()).toBeCloseTo(80, 3);
	});

	it('does not pretend to know before the first pong', () => {
		const { relay, pictures, watch } = visit();
		watch('porch');
		relay.socket.accept();
		relay.socket.deliver({ type: 'hello', version: 1, software: 'fake', capabilities: [] });
		relay.socket.deliver(...relay.introduce('porch', 1), relay.frame(1, 1));
		expect(pictures[0]?.ageMs()).toBeUndefined();
	});
});
