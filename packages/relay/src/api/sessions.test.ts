import { FakeClock } from '@oriel/testing/fake-clock';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser, PASSWORD, viewerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_SESSIONS_PER_PERSON } from '../auth/sessions.ts';

const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1';

interface Listed {
	readonly id: string;
	readonly name: string | null;
	readonly device: string;
	readonly current: boolean;
	readonly guestOf: string | null;
	readonly lastSeenAt: string;
	readonly expiresAt: string;
}

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'], disk: new MemoryDisk() });
	owner = ownerBrowser(relay, clock);
});

afterEach(() => relay[Symbol.asyncDispose]());

const list = async (browser: TestBrowser): Promise<Listed[]> => (await browser.get('/api/sessions')).json.sessions;

describe('sessions', () => {
	it('are listed with device, address and last use: all for the owner, the own ones for others', async () => {
		const ada = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null }, { userAgent: IPHONE });
		const guest = await guestBrowser(owner, relay.url, { cameras: ['door'] });
		clock.advance(120_000);
		await ada.browser.get('/api/cameras');
		const own = await list(ada.browser);
		expect(own).toEqual([
			expect.objectContaining({
				name: 'Ada',
				device: 'Safari on iPhone',
				address: '127.0.0.1',
				current: true,
				guestOf: null,
				lastSeenAt: '2026-11-22T14:04:00.500Z',
			}),
		]);
		const all = await list(owner);
		expect(all.map(({ name, guestOf }) => [name, guestOf])).toEqual([
			['Ada', null],
			[null, guest.id],
			['owner', null],
		]);
		expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{40}/);
	});

	it('slide: thirty days from when they were last used', async () => {
		await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		const phone = new TestBrowser(relay.url);
		await phone.post('/api/session', { name: 'Ada', password: PASSWORD });
		for (let round = 0; round < 3; round++) {
			clock.stepWall(29 * 86_400_000);
			const read = await phone.get('/api/session');
			expect(read.json.signedIn).toBe(true);
			expect(read.headers['set-cookie']?.[0]).toContain('Max-Age=2592000');
			clock.advance(60_000);
		}
		clock.stepWall(30 * 86_400_000);
		expect((await phone.get('/api/session')).json.signedIn).toBe(false);
	});

	it('are revoked by their owner or the relay’s, and by no one else', async () => {
		const ada = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		const bob = await viewerBrowser(owner, relay.url, { name: 'Bob', cameras: null });
		const [adas] = await list(ada.browser);
		expect((await bob.browser.send('DELETE', `/api/sessions/${adas?.id}`)).status).toBe(404);
		expect((await ada.browser.get('/api/cameras')).status).toBe(200);
		expect((await owner.send('DELETE', `/api/sessions/${adas?.id}`)).status).toBe(204);
		expect((await ada.browser.get('/api/cameras')).status).toBe(401);
		expect((await owner.send('DELETE', `/api/sessions/${adas?.id}`)).status).toBe(404);
	});

	it('of one person are bounded: the oldest goes, and no one else’s', async () => {
		const ada = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		for (let count = 0; count < MAX_SESSIONS_PER_PERSON; count++) {
			await new TestBrowser(relay.url).post('/api/session', { link: relay.relay.owner.newSignInLink() });
		}
		expect((await list(ada.browser)).length).toBe(1);
		expect((await owner.get('/api/sessions')).status).toBe(401);
	});
});
