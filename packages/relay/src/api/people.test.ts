import { FakeClock } from '@oriel/testing/fake-clock';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerBrowser, PASSWORD, viewerBrowser } from '@oriel/testing/relay/signed-in-browsers';
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

const names = async (browser: TestBrowser) =>
	(await browser.get('/api/cameras')).json.cameras?.map(({ name }: { name: string }) => name);

describe('an invitation', () => {
	it('says for whom it is, lets them choose a password once, and signs in', async () => {
		const { status, json } = await owner.post('/api/people', { name: ' Ada ', role: 'viewer', cameras: ['door'] });
		expect([status, json.person.name, json.person.state]).toEqual([201, 'Ada', 'invited']);
		expect(json.path).toBe(`/#invite=${json.token}`);
		const ada = new TestBrowser(relay.url);
		expect((await ada.post('/api/invitations/look', { token: json.token })).json).toEqual({
			name: 'Ada',
			role: 'viewer',
			expiresAt: '2026-11-29T14:02:00.500Z',
		});
		const weak = await ada.post('/api/invitations/accept', { token: json.token, password: 'short' });
		expect(weak.code).toBe('weak-password');
		const done = await ada.post('/api/invitations/accept', { token: json.token, password: PASSWORD });
		expect(done.json).toMatchObject({ signedIn: true, role: 'viewer', name: 'Ada' });
		expect(await names(ada)).toEqual(['door']);
		const again = await new TestBrowser(relay.url).post('/api/invitations/accept', {
			token: json.token,
			password: 'another good one',
		});
		expect([again.status, again.code]).toEqual([401, 'link-expired']);
		const { people } = (await owner.get('/api/people')).json;
		expect(people.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
			['owner', 'invited'],
			['Ada', 'active'],
		]);
	});

	it('ends after seven days, and when a newer one is made', async () => {
		const first = (await owner.post('/api/people', { name: 'Ada', role: 'viewer' })).json;
		const second = (await owner.post(`/api/people/${first.person.id}/invitation`, {})).json;
		const ada = new TestBrowser(relay.url);
		expect((await ada.post('/api/invitations/look', { token: first.token })).code).toBe('link-expired');
		expect((await ada.post('/api/invitations/look', { token: second.token })).status).toBe(200);
		clock.stepWall(7 * 86_400_000);
		expect((await ada.post('/api/invitations/look', { token: second.token })).code).toBe('link-expired');
	});

	it('is not for a name that is taken, however it is written, nor for one that is none', async () => {
		await owner.post('/api/people', { name: 'Zoë', role: 'viewer' });
		for (const name of ['zoe\u0308', 'ZOË', 'Owner']) {
			const refused = await owner.post('/api/people', { name, role: 'viewer' });
			expect([refused.status, refused.code]).toEqual([409, 'name-taken']);
		}
		for (const name of ['', '   ', 'a\nb', 'x'.repeat(61)]) {
			expect((await owner.post('/api/people', { name, role: 'viewer' })).code).toBe('bad-request');
		}
		for (const cameras of [['../etc'], ['Door'], 'door', [1]]) {
			expect((await owner.post('/api/people', { name: 'Bob', role: 'viewer', cameras })).code).toBe('bad-request');
		}
		expect((await owner.post('/api/people', { name: 'Bob', role: 'king' })).code).toBe('bad-request');
	});
});

describe('a person', () => {
	it('signs in by name and password, from anywhere', async () => {
		await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		const phone = new TestBrowser(relay.url);
		const signedIn = await phone.post('/api/session', { name: 'ada', password: PASSWORD });
		expect(signedIn.json).toMatchObject({ role: 'viewer', name: 'Ada' });
		expect(await names(phone)).toEqual(['door', 'garden']);
	});

	it('changes the own password with the earlier one; all other sessions end', async () => {
		const { browser } = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		const phone = new TestBrowser(relay.url);
		await phone.post('/api/session', { name: 'Ada', password: PASSWORD });
		const wrong = await browser.post('/api/password', { current: 'not the password', password: 'a newer password' });
		expect([wrong.status, wrong.code]).toEqual([401, 'wrong-password']);
		expect((await browser.post('/api/password', { current: PASSWORD, password: 'a newer password' })).status).toBe(204);
		expect(await names(browser)).toEqual(['door', 'garden']);
		expect(await names(phone)).toBeUndefined();
		expect((await phone.post('/api/session', { name: 'Ada', password: PASSWORD })).code).toBe('wrong-password');
		expect((await phone.post('/api/session', { name: 'Ada', password: 'a newer password' })).status).toBe(200);
	});

	it('may become an owner and back; the first owner can be neither changed nor removed', async () => {
		const { id, browser } = await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: ['door'] });
		expect((await browser.get('/api/people')).status).toBe(403);
		const raised = await owner.send('PUT', `/api/people/${id}`, { role: 'owner' });
		expect(raised.json.person).toMatchObject({ role: 'owner', cameras: null });
		expect((await browser.get('/api/people')).status).toBe(200);
		for (const [method, path, body] of [
			['PUT', '/api/people/owner', { role: 'viewer' }],
			['DELETE', '/api/people/owner', undefined],
			['POST', '/api/people/owner/invitation', {}],
		] as const) {
			expect((await browser.send(method, path, body)).status).toBe(403);
		}
		await owner.send('PUT', `/api/people/${id}`, { role: 'viewer', cameras: ['garden'] });
		expect((await browser.get('/api/people')).status).toBe(403);
		expect(await names(browser)).toEqual(['garden']);
	});

	it('who is not there is not found', async () => {
		expect((await owner.send('PUT', '/api/people/nobody', { role: 'viewer' })).status).toBe(404);
		expect((await owner.send('DELETE', '/api/people/nobody')).status).toBe(404);
	});
});
