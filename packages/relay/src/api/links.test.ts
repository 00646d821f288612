import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser, viewerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door', 'garden'] });
	owner = ownerBrowser(relay, clock);
});

afterEach(() => relay[Symbol.asyncDispose]());

describe('a share link', () => {
	it('becomes a cookie that opens its cameras and nothing else, for a day', async () => {
		const made = await owner.post('/api/links', { cameras: ['door'], label: 'For <b>you</b>' });
		expect([made.status, made.json.path]).toEqual([201, `/#share=${made.json.token}`]);
		expect(made.json.link).toMatchObject({ scope: 'live', maxViewers: null, expiresAt: '2026-11-23T14:02:00.500Z' });
		const guest = new TestBrowser(relay.url);
		const opened = await guest.post('/api/session', { share: made.json.token });
		expect(opened.json).toMatchObject({ signedIn: true, role: 'guest', name: null });
		expect(opened.json.link).toEqual({
			label: 'For <b>you</b>',
			expiresAt: '2026-11-23T14:02:00.500Z',
			maxViewers: null,
			viewers: 0,
		});
		expect([...guest.cookies.keys()]).toEqual(['oriel_guest']);
		expect((await guest.get('/api/cameras')).json.cameras).toHaveLength(1);
		expect((await guest.get('/cameras/door/snapshot.jpg')).code).toBe('no-picture');
		for (const path of ['/cameras/garden/snapshot.jpg', '/api/people', '/api/sessions', '/api/links', '/metrics']) {
			expect((await guest.get(path)).status).toBe(403);
		}
		clock.stepWall(86_400_000);
		expect((await guest.get('/api/cameras')).status).toBe(401);
		expect((await guest.post('/api/session', { share: made.json.token })).code).toBe('link-expired');
		expect((await owner.get('/api/links')).json.links).toEqual([]);
	});

	it('counts browsers that watch, and refuses one too many with words', async () => {
		const first = await guestBrowser(owner, relay.url, { cameras: ['door'], maxViewers: 1 });
		const second = new TestBrowser(relay.url);
		expect((await second.post('/api/session', { share: first.token })).status).toBe(200);
		await using watching = await first.browser.live();
		expect((await owner.get('/api/links')).json.links[0]).toMatchObject({ maxViewers: 1, viewers: 1 });
		const full = await second.get('/cameras/door/snapshot.jpg');
		expect([full.status, full.code, full.headers['retry-after']]).toEqual([429, 'link-full', '10']);
		await expect(second.live()).rejects.toThrow('1006');
		// The browser that watches may open more.
		await using more = await first.browser.live();
		expect(more.code).toBeUndefined();
		const third = await new TestBrowser(relay.url).post('/api/session', { share: first.token });
		expect([third.status, third.code]).toEqual([429, 'link-full']);
		await watching[Symbol.asyncDispose]();
		await more[Symbol.asyncDispose]();
		await until(() => true);
		await using now = await second.live();
		expect(now.code).toBeUndefined();
	});

	it('leaves users signed in who may see its cameras, and makes others guests until they say goodbye', async () => {
		const { json } = await owner.post('/api/links', { cameras: ['garden'] });
		expect((await owner.post('/api/session', { share: json.token })).json.role).toBe('owner');
		const ada = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: ['door'] });
		expect((await ada.browser.post('/api/session', { share: json.token })).json.role).toBe('guest');
		expect((await ada.browser.get('/cameras/garden/snapshot.jpg')).code).toBe('no-picture');
		expect((await ada.browser.send('DELETE', '/api/session')).status).toBe(204);
		expect((await ada.browser.get('/api/session')).json).toMatchObject({ role: 'viewer', name: 'Ada' });
	});

	it.each([
		[{ cameras: [] }],
		[{}],
		[{ cameras: ['door'], expiresInSeconds: 5 }],
		[{ cameras: ['door'], expiresInSeconds: 400 * 86_400 }],
		[{ cameras: ['door'], maxViewers: 0 }],
		[{ cameras: ['door'], url: 'http://169.254.169.254/' }],
		[{ cameras: ['door'], label: 'x'.repeat(101) }],
	])('is not made from %j', async (request) => {
		expect((await owner.post('/api/links', request)).code).toBe('bad-request');
	});
});

describe('a token made on the page', () => {
	it('is shown once, watches, and goes', async () => {
		const made = await owner.post('/api/tokens', { label: 'Home Assistant', cameras: ['door'] });
		expect(made.status).toBe(201);
		const headers = { authorization: `Bearer ${made.json.secret}` };
		const status = async () => (await ask(`${relay.url}/cameras/door/snapshot.jpg`, { headers })).status;
		expect(await status()).toBe(503);
		const { tokens } = (await owner.get('/api/tokens')).json;
		expect(tokens).toEqual([expect.objectContaining({ label: 'Home Assistant', cameras: ['door'], expiresAt: null })]);
		expect((await owner.send('DELETE', `/api/tokens/${tokens[0].id}`)).status).toBe(204);
		expect(await status()).toBe(401);
		expect((await owner.send('DELETE', `/api/tokens/${tokens[0].id}`)).status).toBe(404);
	});
});

describe('keys', () => {
	it('are listed without their hashes and removed by id; a camera goes with its last', async () => {
		const { keys } = (await owner.get('/api/keys')).json;
		expect(keys.map(({ camera }: { camera: string }) => camera)).toEqual(['door', 'garden']);
		expect(Object.keys(keys[0])).toEqual(['id', 'camera', 'createdAt']);
		expect((await owner.send('DELETE', `/api/keys/${keys[0].id}`)).status).toBe(204);
		expect((await owner.send('DELETE', '/api/cameras/garden')).status).toBe(204);
		expect((await owner.send('DELETE', '/api/cameras/garden')).status).toBe(404);
		expect((await owner.get('/api/cameras')).json.cameras).toEqual([]);
	});
});
