import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { Access } from './access.ts';
import { hashCredential } from './credential.ts';
import { EventLog } from './event-log.ts';
import { CORE_PERMISSIONS, Policy } from './policy.ts';
import { MAX_GUESTS_PER_LINK, MAX_GUESTS_PER_NETWORK, Sessions } from './sessions.ts';
import { ShareLinks } from './share-links.ts';
import { openRelayDirectory, type RelayDirectory } from './store/data-directory.ts';

let clock: FakeClock;
let disk: MemoryDisk;
let data: RelayDirectory;
let sessions: Sessions;
let link: string;

const UNTIL = '2027-01-01T00:00:00.000Z';

beforeEach(async () => {
	clock = new FakeClock();
	disk = new MemoryDisk();
	data = await openRelayDirectory('/data', { clock, log: silentLog, disk });
	const events = await EventLog.open({ directory: '/data', disk, writer: data.writer, clock });
	const access = new Access({ data, policy: new Policy(CORE_PERMISSIONS), clock, events });
	sessions = new Sessions(access, clock, events);
	const request = { label: 'x', cameras: ['door'], lifetimeMs: 86_400_000, maxViewers: null };
	link = new ShareLinks(access, clock).add(request).link.id;
});

/** Opens the link; gives the hash of the cookie. */
const open = (address: string, of = link) =>
	hashCredential(sessions.openGuest(of, UNTIL, { address, device: 'Firefox' }));
const isHere = (guest: string) => data.files.guests.get(guest) !== undefined;

describe('the guests of a share link', () => {
	it('from one network replace their own oldest', () => {
		const lone = open('192.0.2.1');
		const crowd = Array.from({ length: 3 * MAX_GUESTS_PER_NETWORK }, (_, count) => open(`2001:db8::${count}`));
		expect(isHere(lone)).toBe(true);
		expect(crowd.filter(isHere)).toEqual(crowd.slice(-MAX_GUESTS_PER_NETWORK));
	});

	it('from many networks take the place of the network with the most, never of a lone browser', () => {
		const lone = Array.from({ length: 10 }, (_, count) => open(`192.0.2.${count}`));
		for (let network = 0; network < 20; network++) {
			for (let count = 0; count < MAX_GUESTS_PER_NETWORK; count++) open(`2001:db8:0:${network}::${count}`);
		}
		expect(data.files.guests.rows).toHaveLength(MAX_GUESTS_PER_LINK);
		expect(lone.every(isHere)).toBe(true);
		const late = open('198.51.100.1');
		expect([isHere(late), lone.every(isHere), data.files.guests.rows.length]).toEqual([
			true,
			true,
			MAX_GUESTS_PER_LINK,
		]);
	});

	it('who are all alone in their networks keep their places: one more is told that the link is full', () => {
		const lone = Array.from({ length: MAX_GUESTS_PER_LINK }, (_, count) => open(`10.${count >> 8}.${count & 255}.1`));
		expect(() => open('198.51.100.1')).toThrow('open in 500 browsers');
		expect(lone.every(isHere)).toBe(true);
		// One of them that has lost its cookie takes its own place again.
		const again = open('10.0.7.1');
		expect([isHere(again), isHere(lone[7] ?? '')]).toEqual([true, false]);
	});

	it('do not count against those of another link, and make room when they have expired', () => {
		const other = 'another';
		data.files.links.put({ ...(data.files.links.get(link) ?? never()), id: other });
		const theirs = open('192.0.2.1', other);
		for (let count = 0; count < 100; count++) open('192.0.2.1');
		expect(isHere(theirs)).toBe(true);
		clock.stepWall(Date.parse(UNTIL) - clock.wall());
		open('192.0.2.9');
		expect(data.files.guests.rows).toHaveLength(1);
	});
});

describe('a session in use', () => {
	it('causes no write for its requests: one a minute at most, with all others', async () => {
		const cookies = Array.from({ length: 20 }, (_, count) => open(`192.0.2.${count}`));
		await data.flush();
		const written = () => disk.calls.filter((call) => call.startsWith('rename guests')).length;
		const before = written();
		for (let second = 0; second < 59; second++) {
			for (const _ of cookies) sessions.list();
			await clock.settle(1000, 500);
		}
		expect(written()).toBe(before);
	});
});

function never(): never {
	throw new Error('not there');
}
