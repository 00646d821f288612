import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blankYuvImage, encodeJpeg } from '@oriel/media';
import { oriel, Program } from '@oriel/testing/program';
import { PASSWORD, RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretFields, requireNoSecrets } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinWords } from './owner-journey/by-hand.ts';

let relay: RelayProcess;
let cookie: string;
let folder: string;

beforeEach(async () => {
	relay = await RelayProcess.start();
	cookie = await relay.setUp();
	folder = mkdtempSync(join(tmpdir(), 'oriel-pair-'));
});

afterEach(async () => {
	await relay[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

interface Started {
	readonly pairing: { readonly id: string };
	readonly code: string;
	readonly commands: { readonly join: string; readonly curl: readonly [string, string] };
}

async function api<T>(path: string, body?: unknown): Promise<T> {
	const post = { method: 'POST', body: JSON.stringify(body) };
	const headers = { cookie, 'content-type': 'application/json', origin: relay.url };
	const response = await fetch(`${relay.url}${path}`, { headers, ...(body === undefined ? {} : post) });
	const text = await response.text();
	noteSecretFields(text);
	if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
	return JSON.parse(text) as T;
}

/** Follows the pairing as the page does, until it is in this state. */
async function reach(id: string, wanted: string): Promise<void> {
	let state = 'waiting';
	await until(`the pairing to be ${wanted}`, async () => {
		const { pairing } = await api<{ pairing: { state: string } }>(`/api/pairings/${id}?unless=${state}`);
		state = pairing.state;
		return state === wanted;
	});
}

describe('oriel camera join', () => {
	it('is all that a machine needs: the key is kept 0600, shown nowhere, and found again by oriel camera', async () => {
		const { pairing, code, commands } = await api<Started>('/api/pairings', { camera: 'porch' });
		const [url = ''] = joinWords(commands.join);
		const state = join(folder, 'state');
		const env = { ORIEL_STATE_DIR: state, ORIEL_LOG: 'json' };
		await using camera = oriel(['camera', 'join', url, '--source', 'test'], { env });
		await camera.said(/This machine is now the camera "porch"/);
		await reach(pairing.id, 'live');
		const file = join(state, 'porch.json');
		expect([statSync(state).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
		expect(readdirSync(state)).toEqual(['porch.json']);
		expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ camera: 'porch', relays: [relay.url], pin: null });
		requireNoSecrets('what it printed', camera.stdout + camera.stderr);
		await camera.end('SIGTERM');

		await using again = oriel(['camera', '--source', 'test'], { env });
		await again.said(/connected to the relay/);
		requireNoSecrets('what it printed', again.stdout + again.stderr);

		await using late = oriel(['camera', 'join', code, '--relay', relay.url], { env });
		expect(await late.ended).toMatchObject({ code: 1 });
		expect(late.stderr).toContain('This code is not known, was used already, or is older than ten minutes');
	});

	it('can wait with sending', async () => {
		const { code } = await api<Started>('/api/pairings', { camera: 'porch' });
		const state = join(folder, 'state');
		await using camera = oriel(['camera', 'join', code, '--relay', relay.url, '--only-pair', '--state-dir', state]);
		expect(await camera.ended).toEqual({ code: 0, signal: null });
		expect(camera.stdout).toContain('"oriel camera" is enough');
	});
});

describe('the two lines for machines without Node', () => {
	it('send pictures with curl, and the key is in a file that its owner alone can read', async () => {
		const { pairing, commands } = await api<Started>('/api/pairings', { camera: 'porch' });
		const [fetchKey, send] = commands.curl;
		await using fetched = new Program('/bin/sh', ['-c', `cd ${folder} && ${fetchKey}`]);
		expect(await fetched.ended).toMatchObject({ code: 0 });
		const file = join(folder, 'oriel-porch.header');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		// The camera of this test is a program that writes JPEGs as rpicam-vid would.
		await using sender = new Program('/bin/sh', ['-c', `cd ${folder} && ${send.replace(/^rpicam-vid[^|]*/, 'cat ')}`]);
		const picture = encodeJpeg(blankYuvImage(16, 16), { quality: 50 });
		sender.stdin.write(picture);
		sender.stdin.write(picture);
		await reach(pairing.id, 'live');
		sender.stdin.end();
		expect(await sender.ended).toMatchObject({ code: 0 });
	});
});

/** A request to a relay whose certificate signs itself, as the owner's browser makes it after its warning. */
function askSecurely(url: string, cookie: string, body: unknown): Promise<{ cookie: string; json: Started }> {
	const text = JSON.stringify(body);
	const headers = { cookie, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
	return new Promise((resolve, reject) => {
		const call = request(
			url,
			{ method: 'POST', headers, rejectUnauthorized: false, agent: false },
			async (response) => {
				let answer = '';
				for await (const chunk of response) answer += chunk;
				noteSecretFields(answer);
				resolve({ cookie: response.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '', json: JSON.parse(answer) });
			},
		);
		call.on('error', reject);
		call.end(text);
	});
}

describe('a relay that signs its own certificate', () => {
	it('is known to its cameras by the pin in the line, for oriel and for curl; another relay gets no code', async () => {
		const data = join(folder, 'relay');
		const args = ['--data', data, '--host', '127.0.0.1', '--port', '0', '--http-port', '0', '--log', 'json'];
		await using secure = oriel(['relay', '--tls', 'self-signed', ...args]);
		const [, token = ''] = await secure.said(/#setup=(\S+)/);
		const [, port] = await secure.said(/"port":(\d+).*"msg":"relay listens"/);
		const origin = `https://127.0.0.1:${port}`;
		const owner = await askSecurely(`${origin}/api/setup`, '', { token, password: PASSWORD });
		expect(owner.cookie).toMatch(/^__Host-oriel_session=/);
		const pair = async (camera: string) =>
			(await askSecurely(`${origin}/api/pairings`, owner.cookie, { camera })).json.commands;

		const [url = ''] = joinWords((await pair('porch')).join);
		expect(url).toMatch(/#pair=[0-9A-Z]{26}\.[\w-]{43}$/);
		const state = join(folder, 'state');
		const forged = url.replace(/\.[\w-]{43}$/, `.${'A'.repeat(43)}`);
		await using misled = oriel(['camera', 'join', forged, '--state-dir', state]);
		expect(await misled.ended).toMatchObject({ code: 1 });
		expect(misled.stderr).toMatch(/is not the relay/);

		await using camera = oriel(['camera', 'join', url, '--state-dir', state, '--source', 'test', '--log', 'json']);
		await camera.said(/connected to the relay/);
		const { pin } = JSON.parse(readFileSync(join(state, 'porch.json'), 'utf8'));
		expect(pin).toMatch(/^sha256\/[\w+/]{43}=$/);

		const [fetchKey] = (await pair('garden')).curl;
		expect(fetchKey).toContain(`--pinnedpubkey "${pin.replace('/', '//')}"`);
		await using fetched = new Program('/bin/sh', ['-c', `cd ${folder} && ${fetchKey}`]);
		expect(await fetched.ended).toMatchObject({ code: 0 });
		expect(readFileSync(join(folder, 'oriel-garden.header'), 'utf8')).toMatch(/^Authorization: Bearer oriel_key_/);
		requireNoSecrets('the relay’s log', secure.stderr);
	});
});
