import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { freePort } from '@oriel/testing/free-port';
import { ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerBrowser, PASSWORD, viewerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { rounds, until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ONLY_ROW } from './auth/files.ts';
import { type Derive, formatHash } from './auth/password-hash.ts';
import { type Relay, startRelay } from './relay.ts';

const quick: Derive = async (password, salt, length) =>
	createHash('sha512').update(salt).update(password).digest().subarray(0, length);

describe('the owner’s password at the start', () => {
	let folder: string;
	let clock: FakeClock;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'oriel-relay-'));
		clock = new FakeClock();
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const start = (port: number, ownerPassword: () => string, derive = quick) =>
		startRelay(
			{ data: join(folder, 'data'), host: '127.0.0.1', port, maxPictureBytes: 100_000 },
			{ clock, log: silentLog, version: '0.0.0', page: folder, ownerPassword, derive },
		);
	const stop = async (relay: Relay) => {
		const closed = relay.close();
		await clock.settle(3000, 100);
		await closed;
	};

	it('is set before the port opens, so that no answer says that an owner is missing', async () => {
		const port = await freePort();
		let finish: (() => void) | undefined;
		const slow: Derive = async (...of) => {
			await new Promise<void>((resolve) => (finish = resolve));
			return quick(...of);
		};
		const starting = start(port, () => PASSWORD, slow);
		await until(() => finish);
		await expect(ask(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('ECONNREFUSED');
		finish?.();
		const relay = await starting;
		expect(JSON.parse((await ask(`http://127.0.0.1:${port}/api/session`)).text).setUp).toBe(true);
		expect(relay.setupToken).toBeUndefined();
		await stop(relay);
	});

	it('is not asked for once one has been chosen', async () => {
		await stop(await start(0, () => PASSWORD));
		let asked = 0;
		const again = await start(0, () => `another password ${++asked}`);
		expect(asked).toBe(0);
		const browser = new TestBrowser(`http://127.0.0.1:${again.port}`);
		expect((await browser.post('/api/session', { password: PASSWORD })).status).toBe(200);
		await stop(again);
	});

	it('that is too weak is a start that fails, with nothing left open', async () => {
		const port = await freePort();
		await expect(start(port, () => 'short')).rejects.toMatchObject({ code: 'weak-password' });
		await expect(ask(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('ECONNREFUSED');
		expect(clock.pending).toBe(0);
	});
});

describe('a password hash of other parameters', () => {
	const salt = Buffer.alloc(16, 1);
	const cost = { N: 1024, r: 8, p: 1 };
	const outdated = async () => formatHash({ cost, salt, hash: await quick(PASSWORD, salt, 32, cost) });

	it('is renewed by a good sign-in, of the owner and of others, and by no other', async () => {
		const clock = new FakeClock();
		await using relay = await RunningRelay.start({ clock, derive: quick });
		await relay.relay.owner.setPassword(PASSWORD);
		const staff = ownerBrowser(relay, clock);
		await viewerBrowser(staff, relay.url, { name: 'Ada', cameras: null });
		await viewerBrowser(staff, relay.url, { name: 'Bob', cameras: null });
		const old = await outdated();
		relay.files.owner.patch(ONLY_ROW, { password: old });
		for (const { id } of relay.files.people.rows) relay.files.people.patch(id, { password: old });
		clock.advance(500);

		const signIn = async (name: string, password: string) =>
			(await new TestBrowser(relay.url).post('/api/session', { name, password })).status;
		expect([await signIn('owner', 'not the password'), await signIn('Ada', 'not the password')]).toEqual([401, 401]);
		expect([await signIn('owner', PASSWORD), await signIn('Ada', PASSWORD)]).toEqual([200, 200]);
		await until(() => {
			const { owner, people } = relay.files;
			const [ada, bob] = people.rows;
			const isRenewed = (hash: string | null | undefined) => hash?.startsWith('scrypt$32768$8$3$');
			return isRenewed(owner.get(ONLY_ROW)?.password) && isRenewed(ada?.password) && bob?.password === old;
		});
		expect([await signIn('owner', PASSWORD), await signIn('Ada', PASSWORD)]).toEqual([200, 200]);
	});

	it('does not undo a change of the password that overtakes it', async () => {
		const clock = new FakeClock();
		const held: (() => void)[] = [];
		let holds = false;
		const derive: Derive = async (...of) => {
			if (holds && of[3].N !== cost.N) await new Promise<void>((resolve) => held.push(resolve));
			return quick(...of);
		};
		await using relay = await RunningRelay.start({ clock, derive });
		relay.files.owner.put({ password: await outdated(), setAt: null });
		clock.advance(500);
		holds = true;
		const signedIn = new TestBrowser(relay.url).post('/api/session', { password: PASSWORD });
		await until(() => held.length === 1);
		const changed = 'changed by another program';
		relay.files.owner.patch(ONLY_ROW, { password: changed });
		held[0]?.();
		expect((await signedIn).status).toBe(401);
		await rounds();
		expect(relay.files.owner.get(ONLY_ROW)?.password).toBe(changed);
	});
});
