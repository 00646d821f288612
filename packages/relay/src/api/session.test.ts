import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '@oriel/testing/fake-clock';
import { type Asked, ask } from '@oriel/testing/relay/ask';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerCookie } from '@oriel/testing/relay/session';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newSetupToken } from '../auth/owner.ts';

const PASSWORD = 'a good long password';

let clock: FakeClock;
let relay: RunningRelay;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'] });
});

afterEach(() => relay[Symbol.asyncDispose]());

function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Asked> {
	const json = body === undefined ? {} : { body: JSON.stringify(body) };
	return ask(`${relay.url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...json });
}

function cookieOf({ headers }: Asked): string {
	return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function codeOf({ text }: Asked): string {
	return JSON.parse(text).error.code;
}

describe('before there is an owner', () => {
	it('everything answers 401 but the page, the session, the set-up and the health', async () => {
		const proxied = { 'x-forwarded-for': '192.0.2.1' };
		const status = async (method: string, path: string) => (await send(method, path, undefined, proxied)).status;
		for (const path of ['/', '/index.html', '/api/session', '/healthz', '/readyz'])
			expect(await status('GET', path)).toBe(200);
		for (const path of [
			'/api/cameras',
			'/metrics',
			'/stream.mjpg',
			'/cameras/door/stream.mjpg',
			'/cameras/door/snapshot.jpg',
		]) {
			expect(await status('GET', path)).toBe(401);
		}
		expect(await status('PUT', '/cameras/door/ingest')).toBe(401);
		for (const path of ['/live', '/agent']) await expect(Peer.open(`${relay.url}${path}`, '')).rejects.toThrow('1006');
		const list = await send('GET', '/api/cameras', undefined, proxied);
		expect(JSON.parse(list.text).error.message).toContain('no owner yet');
	});

	it('is refused, with no password and no empty one', async () => {
		expect(codeOf(await send('POST', '/api/session', { password: '' }))).toBe('wrong-password');
		expect(JSON.parse((await send('GET', '/api/session')).text)).toEqual({
			signedIn: false,
			role: null,
			name: null,
			setUp: false,
			version: '0.0.0',
			link: null,
		});
	});
});

describe('the set-up link', () => {
	it('makes an owner once, ends earlier sessions, and leaves nothing readable behind', async () => {
		const token = relay.relay.setupToken ?? '';
		const old = ownerCookie(relay.files, clock);
		clock.advance(500);
		const viewer = await Peer.open(`${relay.url}/live`, '', { cookie: old, origin: relay.url });
		const done = await send('POST', '/api/setup', { token, password: PASSWORD });
		expect(done.status).toBe(200);
		expect(JSON.parse(done.text)).toEqual({
			signedIn: true,
			role: 'owner',
			name: 'owner',
			setUp: true,
			version: '0.0.0',
			link: null,
		});
		expect(done.headers['set-cookie']?.[0]).toMatch(
			/^oriel_session=oriel_session_[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
		);
		expect(await viewer.closed()).toBe(4003);
		expect((await send('GET', '/api/cameras', undefined, { cookie: old })).status).toBe(401);
		const cookie = cookieOf(done);
		expect((await send('GET', '/api/cameras', undefined, { cookie })).status).toBe(200);

		const again = await send('POST', '/api/setup', { token, password: 'another good one' });
		expect([again.status, codeOf(again)]).toEqual([401, 'link-expired']);

		const { secret } = relay.grant();
		const data = join(relay.directory, 'data');
		for (const file of readdirSync(data)) {
			const text = readFileSync(join(data, file), 'utf8');
			for (const plain of [PASSWORD, token, cookie.split('=')[1] ?? '', relay.key('door'), secret]) {
				expect(text.includes(plain.replace(/^oriel_[a-z]+_/, ''))).toBe(false);
			}
		}

		const out = await send('DELETE', '/api/session', undefined, { cookie });
		expect([out.status, cookieOf(out)]).toEqual([204, 'oriel_session=']);
		expect((await send('GET', '/api/cameras', undefined, { cookie })).status).toBe(401);

		expect((await send('POST', '/api/session', { password: `${PASSWORD}!` })).status).toBe(401);
		const back = await send('POST', '/api/session', { password: PASSWORD });
		expect((await send('GET', '/api/cameras', undefined, { cookie: cookieOf(back) })).status).toBe(200);
	});

	it('is worthless after a day, and after a newer one', async () => {
		const first = relay.relay.setupToken;
		const second = newSetupToken(relay.files, clock);
		clock.advance(500);
		expect(codeOf(await send('POST', '/api/setup', { token: first, password: PASSWORD }))).toBe('link-expired');
		clock.stepWall(24 * 3_600_000);
		expect(codeOf(await send('POST', '/api/setup', { token: second, password: PASSWORD }))).toBe('link-expired');
	});

	it('is not used up by a weak password, nor is that a wrong try', async () => {
		const token = relay.relay.setupToken;
		for (let count = 0; count < 10; count++) {
			const weak = await send('POST', '/api/setup', { token, password: 'short' });
			expect([weak.status, codeOf(weak)]).toEqual([400, 'weak-password']);
		}
	});
});

describe('guessing', () => {
	it('ends after eight tries with 429 and a time to wait, links and passwords together', async () => {
		for (let count = 0; count < 8; count++) {
			expect((await send('POST', '/api/setup', { token: 'guess', password: PASSWORD })).status).toBe(401);
		}
		const limited = await send('POST', '/api/session', { link: 'guess' });
		expect([limited.status, limited.headers['retry-after'], codeOf(limited)]).toEqual([
			429,
			'300',
			'too-many-attempts',
		]);
		expect((await send('POST', '/api/setup', { token: relay.relay.setupToken, password: PASSWORD })).status).toBe(429);
		const { text } = await send('GET', '/metrics');
		expect(text).toContain('oriel_rate_limited_total{kind="sign-in"} 2');
		expect(text).toContain('oriel_auth_failures_total{kind="link-expired"} 8');
		clock.advance(300_000);
		expect(codeOf(await send('POST', '/api/session', { link: 'guess' }))).toBe('link-expired');
	});
});

describe('a sign-in link of the running program', () => {
	it('signs in without a password; a session ends after thirty days', async () => {
		const link = relay.relay.owner.newSignInLink();
		const signedIn = await send('POST', '/api/session', { link });
		const cookie = cookieOf(signedIn);
		expect(signedIn.status).toBe(200);
		const viewer = await Peer.open(`${relay.url}/live`, '', { cookie, origin: relay.url });
		viewer.send({ type: 'ping', sentAt: 0 });
		await until(() => viewer.last('pong'));
		clock.stepWall(30 * 86_400_000);
		clock.advance(1000);
		expect(await viewer.closed()).toBe(4003);
		expect((await send('GET', '/api/cameras', undefined, { cookie })).status).toBe(401);
	});

	it('is of no use to a page of another site', async () => {
		const cookie = ownerCookie(relay.files, clock);
		clock.advance(500);
		const evil = { cookie, origin: 'http://evil.example' };
		expect((await send('POST', '/api/session', { link: 'x' }, evil)).status).toBe(403);
		expect((await send('DELETE', '/api/session', undefined, evil)).status).toBe(403);
		await expect(Peer.open(`${relay.url}/live`, '', evil)).rejects.toThrow('1006');
		const ours = await Peer.open(`${relay.url}/live`, '', { cookie, origin: relay.url });
		await ours[Symbol.asyncDispose]();
	});
});
