import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { rounds } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandsFor } from './pairing-commands.ts';

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;
let machine: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'] });
	owner = ownerBrowser(relay, clock);
	machine = new TestBrowser(relay.url);
});

afterEach(() => relay[Symbol.asyncDispose]());

const start = async (camera: string, more: Record<string, unknown> = {}) =>
	(await owner.post('/api/pairings', { camera, ...more })).json;

describe('pairing', () => {
	it('turns a code into the key of one camera, once, and tells the page how far it is', async () => {
		const { pairing, code, commands } = await start('porch');
		expect(pairing).toMatchObject({ camera: 'porch', state: 'waiting', expiresAt: '2026-11-22T14:12:00.500Z' });
		expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$/);
		const plain = code.replaceAll('-', '');
		expect(commands.join).toBe(`curl -fsS ${relay.url}/install.sh | sudo sh -s -- join ${plain}`);
		const state = async () => (await owner.get(`/api/pairings/${pairing.id}`)).json.pairing.state;

		const typed = code.toLowerCase().replaceAll('-', ' ');
		const joined = await machine.post('/api/join', { code: typed, machine: 'pi-porch' });
		expect(joined.json).toEqual({
			camera: 'porch',
			key: expect.stringMatching(/^oriel_key_/),
			relays: [relay.url],
			pin: null,
		});
		expect(await state()).toBe('joined');
		expect((await machine.post('/api/join', { code })).code).toBe('link-expired');

		await using agent = await Peer.open(`${relay.url}/agent`, joined.json.key);
		clock.advance(1000);
		agent.announce('porch');
		agent.frame(0, jpeg(1));
		await rounds();
		expect(await state()).toBe('live');
		expect((await owner.get(`/api/pairings/${pairing.id}`)).json.pairing).toMatchObject({
			machine: 'pi-porch',
			address: '127.0.0.1',
		});
		clock.stepWall(3_600_000);
		expect((await owner.get('/api/pairings')).json.pairings).toEqual([]);
	});

	it('lets a page wait for news', async () => {
		const { pairing, code } = await start('porch');
		const news = owner.get(`/api/pairings/${pairing.id}?unless=waiting`);
		await rounds();
		await machine.post('/api/join', { code });
		clock.advance(300);
		expect((await news).json.pairing.state).toBe('joined');
		const nothing = owner.get(`/api/pairings/${pairing.id}?unless=joined`);
		for (let second = 0; second < 21; second++) {
			await rounds(3);
			clock.advance(1000);
		}
		expect((await nothing).json.pairing.state).toBe('joined');
	});

	it('ends after ten minutes, and when it is cancelled', async () => {
		const late = await start('porch');
		clock.stepWall(600_000);
		expect((await machine.post('/api/join', { code: late.code })).code).toBe('link-expired');
		expect((await owner.get(`/api/pairings/${late.pairing.id}`)).json.pairing.state).toBe('expired');
		const cancelled = await start('porch');
		expect((await owner.send('DELETE', `/api/pairings/${cancelled.pairing.id}`)).status).toBe(204);
		expect((await machine.post('/api/join', { code: cancelled.code })).code).toBe('link-expired');
		expect((await owner.get(`/api/pairings/${cancelled.pairing.id}`)).status).toBe(404);
		expect((await owner.get('/api/cameras')).json.cameras).toHaveLength(1);
	});

	it('gives a known camera one more key, or a new one in place of the earlier', async () => {
		await machine.post('/api/join', { code: (await start('door')).code });
		await using old = await relay.agent('door');
		expect(old.code).toBeUndefined();
		const { json } = await machine.post('/api/join', { code: (await start('door', { replace: true })).code });
		expect(await old.closed()).toBe(4003);
		await using agent = await Peer.open(`${relay.url}/agent`, json.key);
		expect(agent.code).toBeUndefined();
		expect((await owner.get('/api/keys')).json.keys).toHaveLength(1);
	});

	it('serves machines without Node: a header for curl, that no history and no process list shows', async () => {
		const { code, commands } = await start('porch');
		const plain = code.replaceAll('-', '');
		expect(commands.curl).toEqual([
			`(umask 077; curl -fsS -d ${plain} ${relay.url}/api/join/header > oriel-porch.header)`,
			`rpicam-vid -n -t 0 --codec mjpeg -o - | curl -sS -T - -H @oriel-porch.header ${relay.url}/cameras/porch/ingest`,
		]);
		const headers = { 'content-type': 'application/x-www-form-urlencoded' };
		const { status, text } = await ask(`${relay.url}/api/join/header`, { method: 'POST', headers, body: plain });
		expect([status, text]).toEqual([200, expect.stringMatching(/^Authorization: Bearer oriel_key_[\w-]{43}\n$/)]);
	});

	it('limits guessing', async () => {
		for (let count = 0; count < 8; count++) await machine.post('/api/join', { code: '7ZK4MQW2TB8XN5RHJ3VDCE6YPA' });
		const { code } = await start('porch');
		expect((await machine.post('/api/join', { code })).code).toBe('too-many-attempts');
		const elsewhere = new TestBrowser(relay.url, { from: '127.0.0.2' });
		expect((await elsewhere.post('/api/join', { code })).status).toBe(200);
	});

	it.each(['Porch', '', 'a b', '../x', '-x'])('is not for a camera called %j', async (camera) => {
		expect((await owner.post('/api/pairings', { camera })).code).toBe('bad-request');
	});
});

describe('the lines to type', () => {
	it('carry the pin where the certificate signs itself', () => {
		const facts = { origin: 'https://203.0.113.7', camera: 'porch', code: 'C0DE' };
		const { join, curl } = commandsFor({ ...facts, pin: 'sha256/ab+/cd=' });
		expect(join).toBe(
			'curl -fsS -k --pinnedpubkey "sha256//ab+/cd=" https://203.0.113.7/install.sh | sudo sh -s -- join C0DE',
		);
		for (const line of curl) expect(line).toContain(' -k --pinnedpubkey "sha256//ab+/cd="');
	});

	it('do not take a host name that could be more than that', async () => {
		const headers = { 'content-type': 'application/json', cookie: owner.cookie, host: 'x;rm -rf ~' };
		const { status, text } = await ask(`${relay.url}/api/pairings`, {
			method: 'POST',
			headers,
			body: '{"camera":"porch"}',
		});
		expect([status, text.includes('rm -rf')]).toEqual([201, false]);
	});
});
