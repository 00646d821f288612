// A request may take seconds: its body comes slowly, a password waits to be hashed. What was allowed when it began need not
// be when it has an effect.
import { createHash } from 'node:crypto';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RawConnection } from '@oriel/testing/raw-connection';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerBrowser, PASSWORD, viewerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { rounds } from '@oriel/testing/turns';
import { until as patiently } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Derive } from '../../packages/relay/src/auth/password-hash.ts';
import { message } from './attacks/http-messages.ts';

const until = (look: () => unknown) => patiently(String(look), look, 20_000);
const NEW_PASSWORD = 'quite another password';
const THIEF_PASSWORD = 'a password of the thief';

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;
/** Hashes that wait until a test lets them go on, in the order in which they came; undefined: none waits. */
let held: (() => void)[] | undefined;

const derive: Derive = async (password, salt, length) => {
	const waiting = held;
	if (waiting) await new Promise<void>((resolve) => waiting.push(resolve));
	return createHash('sha512').update(salt).update(password).digest().subarray(0, length);
};

beforeEach(async () => {
	clock = new FakeClock();
	held = undefined;
	relay = await RunningRelay.start({ clock, derive, cameras: ['door'] });
	await relay.relay.owner.setPassword(PASSWORD);
	owner = ownerBrowser(relay, clock);
});

afterEach(() => relay[Symbol.asyncDispose]());

/** Lets the hash that waits go on, once there is one. */
async function letOneHashGoOn(): Promise<void> {
	await until(() => held && held.length > 0);
	held?.shift()?.();
	await rounds();
}

const knownRows = () =>
	(['tokens', 'people', 'links', 'pairings', 'keys', 'sessions'] as const).map((name) => relay.files[name].rows.length);

describe('a change whose body is held back until its caller has lost access', () => {
	const CHANGES = [
		['POST /api/tokens', { label: 'kept by a thief' }],
		['POST /api/people', { name: 'Thief', role: 'owner' }],
		['POST /api/links', { cameras: ['door'] }],
		['POST /api/pairings', { camera: 'door' }],
		['POST /api/cameras/door/controls', { values: [{ name: 'zoom', value: 1 }] }],
	] as const;

	it.each(CHANGES)('%s changes nothing', async (target, body) => {
		const { browser, id } = await viewerBrowser(owner, relay.url, { name: 'Eve', cameras: null, role: 'owner' });
		const text = JSON.stringify(body);
		const lines = [`Cookie: ${browser.cookie}`, 'Content-Type: application/json', `Content-Length: ${text.length}`];
		const thief = await RawConnection.open(relay.relay.port);
		thief.send(`${message(target, lines)}${text.slice(0, -1)}`);
		await rounds();
		expect((await owner.send('PUT', `/api/people/${id}`, { role: 'viewer', cameras: [] })).status).toBe(200);
		const before = knownRows();
		thief.send(text.slice(-1));
		await until(() => thief.isOver || thief.heard !== '');
		expect(thief.heard).toBe('');
		expect(knownRows()).toEqual(before);
		thief.socket.destroy();
	});
});

describe('a password that is changed while another request waits for its hash', () => {
	/** Two requests at once, whose hashes wait. The first is the owner's. */
	function both(theirs: () => Promise<{ readonly status: number }>) {
		held = [];
		const change = owner.post('/api/password', { current: PASSWORD, password: NEW_PASSWORD });
		return { change, waiting: until(() => held?.length === 1).then(() => ({ theirs: theirs() })) };
	}

	it('does not let the old one in', async () => {
		const thief = new TestBrowser(relay.url, { from: '127.0.4.1' });
		const { change, waiting } = both(() => thief.post('/api/session', { password: PASSWORD }));
		const { theirs } = await waiting;
		await rounds();
		// The owner's check, the thief's behind it, and then the owner's new hash: the thief's answer must not come late either.
		for (let left = 3; left > 0; left--) await letOneHashGoOn();
		held = undefined;
		const [{ status }] = await Promise.all([change, theirs]);
		expect(status).toBe(204);
		expect((await thief.get('/api/sessions')).status).toBe(401);
	});

	it('does not let the old one in that was checked before and is answered after', async () => {
		const thief = new TestBrowser(relay.url, { from: '127.0.4.1' });
		held = [];
		const change = owner.post('/api/password', { current: PASSWORD, password: NEW_PASSWORD });
		await until(() => held?.length === 1);
		held.shift()?.();
		// The new password's hash is being made.
		await until(() => held?.length === 1);
		const theirs = thief.post('/api/session', { password: PASSWORD });
		await rounds();
		await letOneHashGoOn();
		expect((await change).status).toBe(204);
		await letOneHashGoOn();
		expect((await theirs).status).toBe(401);
		expect((await thief.get('/api/sessions')).status).toBe(401);
		held = undefined;
		expect((await thief.post('/api/session', { password: NEW_PASSWORD })).status).toBe(200);
	});

	it('is not changed back by who knows the old one', async () => {
		const thief = new TestBrowser(relay.url, { from: '127.0.4.1' });
		expect((await thief.post('/api/session', { password: PASSWORD })).status).toBe(200);
		const { change, waiting } = both(() =>
			thief.post('/api/password', { current: PASSWORD, password: THIEF_PASSWORD }),
		);
		const { theirs } = await waiting;
		await rounds();
		for (let left = 4; left > 0; left--) await letOneHashGoOn();
		held = undefined;
		expect((await change).status).toBe(204);
		expect((await theirs.catch(() => ({ status: 0 }))).status).not.toBe(204);
		const stranger = new TestBrowser(relay.url, { from: '127.0.4.2' });
		expect((await stranger.post('/api/session', { password: THIEF_PASSWORD })).status).toBe(401);
		expect((await stranger.post('/api/session', { password: NEW_PASSWORD })).status).toBe(200);
	});
});
