// Tests 25 to 29: what lies in files and logs.
import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Secret } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { addedBrowser, guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { knownSecrets, noteSecret, requireCleanData, requireNoSecrets, secretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

let clock: FakeClock;
let relay: RunningRelay;
let folder: string;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-files-'));
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'] });
});

afterEach(async () => {
	await relay[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

/** Makes one of everything and gives the secrets in it. */
async function everything(): Promise<string[]> {
	const owner = ownerBrowser(relay, clock);
	const invitation = (await owner.post('/api/people', { name: 'Bob', role: 'viewer' })).json.token;
	const ada = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
	const guest = await guestBrowser(owner, relay.url, { cameras: ['door'] });
	const token = (await owner.post('/api/tokens', { label: 'x' })).json.secret;
	const { code } = (await owner.post('/api/pairings', { camera: 'porch' })).json;
	const { key } = (await owner.post('/api/join', { code })).json;
	const cookies = [owner, ada.browser, guest.browser].flatMap(({ cookies }) => [...cookies.values()]);
	return [
		...cookies,
		invitation,
		guest.token,
		token,
		code,
		code.replaceAll('-', ''),
		key,
		relay.relay.setupToken ?? '',
	];
}

const dataOf = () => join(relay.directory, 'data');
const filesOf = (directory: string) =>
	readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));

describe('3.3 / 25 secrets at rest', () => {
	it('are SHA-256 only: none of them is in any file', async () => {
		const secrets = await everything();
		expect(secrets).toHaveLength(10);
		const files = filesOf(dataOf()).join('\n');
		for (const secret of secrets) {
			expect(secret.length).toBeGreaterThan(25);
			expect(files.includes(secret.replace(/^oriel_[a-z]+_/, ''))).toBe(false);
		}
		expect(files.match(/"sha256": "[0-9a-f]{64}"/g)?.length).toBeGreaterThanOrEqual(8);
	});
});

describe('3.3 / 26 secrets in logs', () => {
	// Every relay that any test of this suite starts, in this process or in one of its own, is searched when the test ends,
	// at the level debug, for all secrets that the suite has used so far and for all that look like one. Here: that the
	// search finds.
	it('are found by the search, whether a test knows them or not', async () => {
		expect(knownSecrets()).toBeGreaterThan(0);
		noteSecret('a password of this very test');
		const unknown = `oriel_token_${'u'.repeat(43)}`;
		expect(secretsIn(`{"path":"/x?token=${unknown}"}`)).toHaveLength(1);
		expect(() => requireNoSecrets('a log', 'tried a password of this very test')).toThrow('a log holds 1 secrets');
		expect(() => requireNoSecrets('a log', 'tried a passw*** of this very test')).not.toThrow();
		writeFileSync(join(folder, 'x.json'), unknown, { mode: 0o600 });
		chmodSync(folder, 0o700);
		expect(() => requireCleanData(folder)).toThrow('x.json in the data directory holds 1 secrets');
	});

	it('are not there, with whatever strange requests bring them', async () => {
		const [secret = ''] = (await everything()).slice(-2);
		const said = relay.logged.length;
		const headers = {
			authorization: `Bearer ${secret}`,
			cookie: `oriel_session=${secret}`,
			referer: `http://x/${secret}`,
		};
		for (const path of [`/${secret}`, `/?token=${secret}`, `/cameras/${secret}/stream.mjpg`, `/api/links/${secret}`]) {
			for (const method of ['GET', 'DELETE', 'PATCH']) await ask(`${relay.url}${path}`, { method, headers });
		}
		const browser = new TestBrowser(relay.url);
		for (const body of [{ password: secret, name: secret }, { link: secret }, { share: secret }]) {
			expect((await browser.post('/api/session', body)).status).toBe(401);
		}
		await browser.post('/api/people', { name: secret });
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live?token=${secret}`, secret);
		socket.on('error', () => undefined);
		await until(() => socket.readyState === WebSocket.CLOSED);
		expect(relay.logged.length).toBeGreaterThanOrEqual(said);
		requireNoSecrets('the log', relay.logged);
		requireCleanData(dataOf());
	});

	it('print as stars, however they are printed', () => {
		const secret = new Secret('oriel_key_plain');
		const printed = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret)];
		for (const text of printed) {
			expect(text).not.toContain('plain');
			expect(text).toContain('***');
		}
	});
});

describe('3.3 / 27 files', () => {
	it('are for their owner alone, and the relay sees to that', async () => {
		// The usual umask leaves them readable by all: the modes are the relay's own.
		await everything();
		expect(statSync(dataOf()).mode & 0o777).toBe(0o700);
		const names = readdirSync(dataOf());
		expect(names).toContain('events.jsonl');
		expect(names.length).toBeGreaterThan(6);
		for (const name of names) expect([name, statSync(join(dataOf(), name)).mode & 0o777]).toEqual([name, 0o600]);
	});

	it('that others could read are closed to them when the relay starts', async () => {
		chmodSync(dataOf(), 0o755);
		chmodSync(join(dataOf(), 'keys.json'), 0o644);
		// One relay at a time: the first one has ended.
		const closed = relay.relay.close();
		await clock.settle(3500, 100);
		await closed;
		const again = await RunningRelay.start({ clock, data: dataOf() });
		expect(statSync(dataOf()).mode & 0o777).toBe(0o700);
		expect(statSync(join(dataOf(), 'keys.json')).mode & 0o777).toBe(0o600);
		await again[Symbol.asyncDispose]();
		expect(existsSync(join(dataOf(), 'keys.json'))).toBe(true);
	});

	// Key and password files that the command line is pointed to: packages/cli/src/platform/secret-file.test.ts.
});

// 3.3 / 29, no shell and no code made of text, is tools/check/dangers.mjs with its test beside it.
