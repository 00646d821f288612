// Tests 1 to 8 of the 29 that SECURITY.md speaks of: who gets in.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { ask, upgradeHeaders } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { EndlessReader } from '@oriel/testing/relay/endless';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import {
	addedBrowser,
	guestBrowser,
	ownerBrowser,
	PASSWORD,
	viewerBrowser,
} from '@oriel/testing/relay/signed-in-browsers';
import { TestUpload } from '@oriel/testing/relay/upload';
import { rounds, until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, removeKeys, removeToken } from '../../packages/relay/src/auth/keys.ts';
import type { Derive } from '../../packages/relay/src/auth/password-hash.ts';

/** What is revoked must be closed in this time, of the relay's clock. */
const REVOKED_WITHIN_MS = 2000;

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door', 'film', 'garden'] });
	owner = ownerBrowser(relay, clock);
});

afterEach(() => relay[Symbol.asyncDispose]());

/** Cameras with a picture each: `door` sends JPEG, `film` H.264. */
async function pictures(): Promise<{ readonly door: Peer; readonly film: Peer }> {
	const [door, film] = [await relay.agent('door'), await relay.agent('film')];
	door.announce('door');
	door.frame(0, jpeg(1));
	film.announce('film', { codec: 'h264', width: 160, height: 128 });
	film.frame(0, h264('k')[0]?.annexB ?? new Uint8Array());
	await until(() => door.last('ack') && film.last('ack'));
	return { door, film };
}

/** Lets two seconds pass in the relay and tells whether `isOver` came true in them. */
async function endsInTime(isOver: () => boolean): Promise<boolean> {
	for (let gone = 0; gone < REVOKED_WITHIN_MS; gone += 250) {
		await rounds(10);
		if (isOver()) return true;
		clock.advance(250);
	}
	// The time stands still now: what remains is the files', which know no fake clock.
	await until(isOver);
	return true;
}

describe('3.3 / 1 a relay that was not set up', () => {
	it('answers 401 to all but its page, the session, the set-up and the health, and names no camera', async () => {
		const fresh = await RunningRelay.start({ clock, cameras: ['door'] });
		const stranger = { 'x-forwarded-for': '192.0.2.1' };
		const open = ['/', '/index.html', '/api/session', '/healthz', '/readyz'];
		for (const path of open) expect((await ask(`${fresh.url}${path}`, { headers: stranger })).status).toBe(200);
		const closed = ['/api/cameras', '/api/people', '/api/links', '/api/tokens', '/api/keys', '/api/pairings'];
		const pictures = [
			'/stream.mjpg',
			'/cameras/door/stream.mjpg',
			'/cameras/door/stream.mp4',
			'/metrics',
			'/api/events',
		];
		for (const path of [...closed, ...pictures, '/cameras/door/snapshot.jpg', '/api/sessions']) {
			const { status, text } = await ask(`${fresh.url}${path}`, { headers: stranger });
			expect([path, status]).toEqual([path, 401]);
			expect(text.replace(path, '')).not.toContain('door');
		}
		for (const path of ['/live', '/agent']) {
			const headers = { ...stranger, ...upgradeHeaders(SUBPROTOCOL) };
			expect((await ask(`${fresh.url}${path}`, { headers })).status).toBe(401);
		}
		const ingest = await ask(`${fresh.url}/cameras/door/ingest`, { method: 'PUT', headers: stranger, body: 'x' });
		expect(ingest.status).toBe(401);
		await fresh[Symbol.asyncDispose]();
	});
});

// 3.3 / 2, the table of every route and message against every caller, is packages/relay/src/auth/policy.test.ts.

describe('3.3 / 3 a publish key', () => {
	it('opens one camera’s way in: no other camera, no picture, no list', async () => {
		const headers = { authorization: `Bearer ${relay.key('door')}` };
		const status = async (method: string, path: string) =>
			(await ask(`${relay.url}${path}`, { method, headers, headOnly: true })).status;
		expect(await status('PUT', '/cameras/garden/ingest')).toBe(403);
		for (const path of [
			'/cameras/door/snapshot.jpg',
			'/cameras/door/stream.mjpg',
			'/api/cameras',
			'/api/keys',
			'/metrics',
		]) {
			expect([path, await status('GET', path)]).toEqual([path, 403]);
		}
		await using peer = await relay.agent('door');
		peer.announce('garden');
		expect(await peer.closed()).toBe(1002);
	});

	it('used twice: the newest connection wins, the older is told so and closed', async () => {
		await using first = await relay.agent('door');
		first.announce('door');
		await using second = await relay.agent('door');
		second.announce('door');
		expect(await first.closed()).toBe(4001);
		expect(first.last('goodbye')).toMatchObject({ reason: 'taken-over', retryAfterMs: null });
		second.frame(0, jpeg(7));
		await until(() => second.last('ack'));
		const { events } = (await owner.get('/api/events')).json;
		expect(events[0]).toMatchObject({ kind: 'camera-taken-over', about: 'door' });
	});
});

describe('3.3 / 4 keys that are names of objects’ properties, empty, huge or with a NUL', () => {
	it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString', '', ' '])('%j open nothing', async (key) => {
		for (const authorization of [`Bearer ${key}`, `Basic ${Buffer.from(`x:${key}`).toString('base64')}`]) {
			const headers = { authorization };
			expect((await ask(`${relay.url}/api/cameras`, { headers })).status).toBe(401);
			expect((await ask(`${relay.url}/cameras/door/ingest`, { method: 'PUT', headers })).status).toBe(401);
		}
		for (const cookie of [`oriel_session=${key}`, `oriel_guest=${key}`]) {
			expect((await ask(`${relay.url}/api/cameras`, { headers: { cookie } })).status).toBe(401);
		}
		for (const body of [{ link: key }, { share: key }, { password: key, name: key }]) {
			expect((await new TestBrowser(relay.url).post('/api/session', body)).status).toBe(401);
		}
		for (const id of ['constructor', '__proto__', 'toString']) {
			expect((await owner.send('DELETE', `/api/people/${id}`)).status).toBe(404);
			expect((await owner.send('DELETE', `/api/sessions/${id}`)).status).toBe(404);
		}
	});

	it('nor does one of a megabyte, or one with a NUL behind it', async () => {
		const huge = ask(`${relay.url}/api/cameras`, { headers: { authorization: `Bearer ${'x'.repeat(1_000_000)}` } });
		expect((await huge.catch(() => ({ status: 431 }))).status).toBe(431);
		const nul = `Basic ${Buffer.from(`x:${relay.key('door')}\0`).toString('base64')}`;
		expect((await ask(`${relay.url}/api/cameras`, { headers: { authorization: nul } })).status).toBe(401);
	});
});

/** Something open, and whether it is over. */
type Open = () => boolean;

const VIEWS: Readonly<Record<string, (headers: Record<string, string>) => Promise<Open>>> = {
	'/live': async (headers) => {
		const peer = await Peer.open(`${relay.url.replace('http', 'ws')}/live`, '', { origin: relay.url, ...headers });
		peer.watch('door');
		await until(() => peer.frames.length > 0);
		return () => peer.code === 4003;
	},
	'stream.mjpg': async (headers) => {
		const reader = await EndlessReader.open(`${relay.url}/cameras/door/stream.mjpg`, headers);
		return () => reader.isOver;
	},
	'stream.mp4': async (headers) => {
		const reader = await EndlessReader.open(`${relay.url}/cameras/film/stream.mp4`, headers);
		return () => reader.isOver;
	},
};

describe('3.3 / 5 what is revoked ends what is open, within two seconds', () => {
	type Viewer = { readonly headers: Record<string, string>; revoke(): unknown };
	const viewers: Readonly<Record<string, () => Promise<Viewer>>> = {
		'a token, on the page': async () => {
			const { json } = await owner.post('/api/tokens', { label: 'x' });
			const revoke = () => owner.send('DELETE', `/api/tokens/${json.token.id}`);
			return { headers: { authorization: `Bearer ${json.secret}` }, revoke };
		},
		'a token, by the command line': async () => {
			const { secret, token } = relay.grant();
			return { headers: { authorization: `Bearer ${secret}` }, revoke: () => removeToken(relay.files, token.id) };
		},
		'a session': async () => {
			const { browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
			const [{ id }] = (await browser.get('/api/sessions')).json.sessions;
			return { headers: { cookie: browser.cookie }, revoke: () => owner.send('DELETE', `/api/sessions/${id}`) };
		},
		'a session, by signing out': async () => {
			const { browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
			return { headers: { cookie: browser.cookie }, revoke: () => browser.send('DELETE', '/api/session') };
		},
		'a person': async () => {
			const { id, browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
			return { headers: { cookie: browser.cookie }, revoke: () => owner.send('DELETE', `/api/people/${id}`) };
		},
		'a person, by another program': async () => {
			const { id, browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
			const revoke = () => relay.byCommandLine(({ people }) => people.remove(id));
			return { headers: { cookie: browser.cookie }, revoke };
		},
		'a share link': async () => {
			const { id, browser } = await guestBrowser(owner, relay.url, { cameras: ['door', 'film'] });
			return { headers: { cookie: browser.cookie }, revoke: () => owner.send('DELETE', `/api/links/${id}`) };
		},
		'a share link, by another program': async () => {
			const { id, browser } = await guestBrowser(owner, relay.url, { cameras: ['door', 'film'] });
			const revoke = () => relay.byCommandLine(({ links }) => links.remove(id));
			return { headers: { cookie: browser.cookie }, revoke };
		},
		'a share link, by its time': async () => {
			const { browser } = await guestBrowser(owner, relay.url, { cameras: ['door', 'film'], expiresInSeconds: 60 });
			return { headers: { cookie: browser.cookie }, revoke: () => clock.stepWall(60_000) };
		},
		'the owner’s password, by a set-up link': async () => {
			const headers = { cookie: owner.cookie };
			const token = relay.relay.setupToken;
			return { headers, revoke: () => new TestBrowser(relay.url).post('/api/setup', { token, password: PASSWORD }) };
		},
	};

	const cases = Object.keys(viewers).flatMap((who) => Object.keys(VIEWS).map((view) => [who, view] as const));
	it.each(cases)('%s: %s', async (who, view) => {
		const { door, film } = await pictures();
		const viewer = await viewers[who]?.();
		const isOver = await VIEWS[view]?.(viewer?.headers ?? {});
		if (!viewer || !isOver) throw new Error('not in the table');
		await rounds();
		expect(isOver()).toBe(false);
		await viewer.revoke();
		expect(await endsInTime(isOver)).toBe(true);
		const again = await ask(`${relay.url}/cameras/door/snapshot.jpg`, { headers: viewer.headers });
		expect(again.status).toBe(401);
		await Promise.all([door, film].map((agent) => agent[Symbol.asyncDispose]()));
	});

	it.each(['stream.mjpg', 'stream.mp4'])('a grant: %s ends, other cameras go on', async (view) => {
		await using cameras = new Peers(Object.values(await pictures()));
		const { id, browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: ['door', 'film'] });
		const isOver = await VIEWS[view]?.({ cookie: browser.cookie });
		const other = await VIEWS[view === 'stream.mp4' ? 'stream.mjpg' : 'stream.mp4']?.({ cookie: browser.cookie });
		const kept = view === 'stream.mp4' ? 'door' : 'film';
		await owner.send('PUT', `/api/people/${id}`, { cameras: [kept] });
		expect(await endsInTime(isOver ?? (() => false))).toBe(true);
		expect(other?.()).toBe(false);
		expect(cameras.count).toBe(2);
	});

	it('a grant: /live withdraws the camera and brings it back, and stays open', async () => {
		const { door, film } = await pictures();
		const { id, browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: ['door'] });
		await using live = await browser.live();
		live.watch('door', 'film');
		await until(() => live.frames.length === 1);
		expect(live.all('announce').map(({ name }) => name)).toEqual(['door']);
		const number = live.last('announce')?.camera;
		await owner.send('PUT', `/api/people/${id}`, { cameras: ['film'] });
		expect(await endsInTime(() => live.last('withdraw')?.camera === number)).toBe(true);
		await until(() => live.last('announce')?.name === 'film' && live.frames.length === 2);
		door.frame(1, jpeg(2));
		await until(() => door.last('ack')?.sequence === 1);
		await rounds();
		expect(live.frames.filter(({ camera }) => camera === number)).toHaveLength(1);
		expect(live.code).toBeUndefined();
		await Promise.all([door, film].map((agent) => agent[Symbol.asyncDispose]()));
	});

	it.each([
		['on the page', async () => owner.send('DELETE', '/api/cameras/door')],
		['one of two keys, on the page', async () => owner.send('DELETE', `/api/keys/${(await keysOf('door')).at(0)}`)],
		['by the command line', async () => relay.byCommandLine((files) => removeKeys(files, 'door'))],
	])('a key, %s: agent and upload', async (how, revoke) => {
		if (how.startsWith('one of two')) addKey(relay.files, clock, 'door');
		await using agent = await relay.agent('door');
		agent.announce('door');
		await revoke();
		expect(await endsInTime(() => agent.code === 4003)).toBe(true);
	});

	it.each([
		['on the page', async () => owner.send('DELETE', '/api/cameras/door')],
		['by the command line', async () => relay.byCommandLine((files) => removeKeys(files, 'door'))],
	])('a key, %s: upload', async (_how, revoke) => {
		await using upload = new TestUpload(`${relay.url}/cameras/door/ingest`, relay.key('door'));
		upload.write(jpeg(1));
		upload.write(jpeg(2));
		await until(async () => (await owner.get('/api/cameras')).json.cameras[0]?.state === 'live');
		await revoke();
		expect(await endsInTime(() => upload.status === 401)).toBe(true);
	});
});

async function keysOf(camera: string): Promise<string[]> {
	const { keys } = (await owner.get('/api/keys')).json;
	return keys.filter((key: { camera: string }) => key.camera === camera).map(({ id }: { id: string }) => id);
}

/** Peers that are closed at the end. */
class Peers implements AsyncDisposable {
	readonly #things: readonly AsyncDisposable[];

	constructor(things: readonly AsyncDisposable[]) {
		this.#things = things;
	}

	get count(): number {
		return this.#things.length;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const thing of this.#things) await thing[Symbol.asyncDispose]();
	}
}

describe('3.3 / 6 a wrong name and a wrong password', () => {
	/** A relay whose hashes cost nothing, and what each of them was made of. */
	async function counting() {
		const work: unknown[] = [];
		const derive: Derive = async (password, salt, length, cost) => {
			work.push({ salt: salt.length, length, ...cost });
			return createHash('sha512').update(salt).update(password).digest().subarray(0, length);
		};
		const behind = await RunningRelay.start({ clock, derive });
		let tries = 0;
		const signIn = async (name: string, password: string) => {
			work.length = 0;
			const browser = new TestBrowser(behind.url, { from: `127.0.3.${++tries}` });
			const { status, json } = await browser.post('/api/session', { name, password });
			return { status, answer: JSON.stringify(json), work: [...work] };
		};
		return { behind, signIn };
	}

	it('are answered alike and cost the same work, whatever is wrong', async () => {
		const { behind, signIn } = await counting();
		await using _ = behind;
		const wrong = 'not the password at all';
		const withoutOwner = await signIn('owner', wrong);
		expect(withoutOwner).toMatchObject({
			status: 401,
			work: [{ salt: 16, length: 32, N: 2 ** 15, r: 8, p: 3 }],
		});
		expect(await signIn('Nobody', wrong)).toEqual(withoutOwner);

		await behind.relay.owner.setPassword(PASSWORD);
		const staff = ownerBrowser(behind, clock);
		await viewerBrowser(staff, behind.url, { name: 'Ada', cameras: null });
		await staff.post('/api/people', { role: 'viewer', name: 'Invited', cameras: null });
		for (const name of ['owner', 'Ada', 'Invited', 'Nobody', '', 'x'.repeat(200)]) {
			expect(await signIn(name, wrong), name).toEqual(withoutOwner);
		}
		// A hash that cannot be used opens nothing and tells nothing.
		const ada = behind.files.people.rows.find((person) => person.name === 'Ada');
		behind.files.people.patch(ada?.id ?? '', { password: 'damaged' });
		clock.advance(500);
		expect(await signIn('Ada', PASSWORD)).toEqual(withoutOwner);
		expect((await signIn('owner', PASSWORD)).status).toBe(200);
	});
});

describe('3.3 / 7 guessing', () => {
	it('ends with 429 for the address and not for others; the right password still opens from elsewhere', async () => {
		await viewerBrowser(owner, relay.url, { name: 'Ada', cameras: null });
		const guesser = new TestBrowser(relay.url, { from: '127.0.0.66' });
		// Links, codes and passwords count together; only passwords take time.
		for (let count = 0; count < 6; count++) {
			expect((await guesser.post('/api/session', { link: `guess number ${count}` })).status).toBe(401);
		}
		for (const password of ['guess number seven', 'guess number eight']) {
			expect((await guesser.post('/api/session', { name: 'Ada', password })).status).toBe(401);
		}
		const limited = await guesser.post('/api/session', { name: 'Ada', password: PASSWORD });
		expect([limited.status, limited.headers['retry-after']]).toEqual([429, '300']);
		const elsewhere = new TestBrowser(relay.url, { from: '127.0.0.67' });
		expect((await elsewhere.post('/api/session', { name: 'Ada', password: PASSWORD })).status).toBe(200);
	});

	// Per account, per /64 and bounded in memory: packages/relay/src/auth/attempts.test.ts.
});

describe('3.3 / 8 X-Forwarded-For', () => {
	it('is nothing from a stranger, and loopback is a stranger: guessing from ever new "addresses" ends', async () => {
		let last = 0;
		for (let count = 0; count < 9; count++) {
			const headers = { 'x-forwarded-for': `203.0.113.${count}`, 'content-type': 'application/json' };
			const body = JSON.stringify({ link: 'guess' });
			last = (await ask(`${relay.url}/api/session`, { method: 'POST', headers, body })).status;
		}
		expect(last).toBe(429);
		for (const path of ['/api/cameras', '/cameras/door/snapshot.jpg', '/api/people']) {
			const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '::1', forwarded: 'for=127.0.0.1' };
			expect((await ask(`${relay.url}${path}`, { headers })).status).toBe(401);
			expect((await ask(`${relay.url}${path}`)).status).toBe(401);
		}
	});

	it('counts from a proxy that the owner has named', async () => {
		await using behind = await RunningRelay.start({ clock, trustProxy: ['127.0.0.1'] });
		const guess = async (address: string) => {
			const headers = { 'x-forwarded-for': address, 'content-type': 'application/json' };
			return (await ask(`${behind.url}/api/session`, { method: 'POST', headers, body: '{"link":"guess"}' })).status;
		};
		for (let count = 0; count < 8; count++) expect(await guess('203.0.113.1')).toBe(401);
		expect(await guess('203.0.113.1')).toBe(429);
		expect(await guess('203.0.113.2')).toBe(401);
	});
});

describe('beside the list: a body that never comes', () => {
	it('holds no connection for longer than ten seconds', async () => {
		const socket = connect(relay.relay.port, '127.0.0.1');
		let text = '';
		socket.on('data', (chunk: Buffer) => {
			text += chunk.toString();
		});
		const head = ['POST /api/session HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 100'];
		socket.write(`${head.join('\r\n')}\r\n\r\n{`);
		await rounds(30);
		clock.advance(10_000);
		await until(() => text.includes('408'));
		socket.destroy();
	});
});
