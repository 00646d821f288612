// Tests 9 to 14: what a page of another site can do with the owner's browser.

import { SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { type Asked, ask, upgradeHeaders } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'], trustProxy: ['127.0.0.1'] });
	owner = ownerBrowser(relay, clock);
});

afterEach(() => relay[Symbol.asyncDispose]());

const EVIL = 'http://evil.example';

/** A request with the owner's good cookie, as a browser would send it for some page. */
function asOwner(method: string, path: string, headers: Record<string, string>): Promise<Asked> {
	const json = method === 'GET' ? {} : { 'content-type': 'application/json' };
	return ask(`${relay.url}${path}`, { method, headers: { cookie: owner.cookie, ...json, ...headers }, headOnly: true });
}

describe('3.3 / 9 a WebSocket', () => {
	it.each([
		['from another site', EVIL, 403],
		['from another port of the same machine', 'http://127.0.0.1:1', 403],
		['from a sandboxed frame', 'null', 403],
		['from nowhere, with a cookie', undefined, 403],
		['from the relay’s own page', 'own', 101],
	])('%s is answered as it should be', async (_words, origin, wanted) => {
		const from: Record<string, string> = origin === undefined ? {} : { origin: origin === 'own' ? relay.url : origin };
		const { status } = await asOwner('GET', '/live', { ...upgradeHeaders(SUBPROTOCOL), ...from });
		expect(status).toBe(wanted);
	});

	it('without an Origin is for programs with a key or a token', async () => {
		const bearer = (secret: string) => ({ authorization: `Bearer ${secret}`, ...upgradeHeaders(SUBPROTOCOL) });
		expect((await ask(`${relay.url}/live`, { headers: bearer(relay.token()) })).status).toBe(101);
		expect((await ask(`${relay.url}/agent`, { headers: bearer(relay.key('door')) })).status).toBe(101);
	});
});

describe('3.3 / 10 a request that changes something', () => {
	const UNSAFE = [
		['POST', '/api/people'],
		['POST', '/api/pairings'],
		['POST', '/api/links'],
		['PUT', '/api/people/x'],
		['DELETE', '/api/cameras/door'],
		['DELETE', '/api/session'],
		['POST', '/api/password'],
	] as const;

	it.each(UNSAFE)('%s %s from another site is refused, by Origin and by Sec-Fetch-Site', async (method, path) => {
		for (const headers of [
			{ origin: EVIL },
			{ origin: 'null' },
			{ 'sec-fetch-site': 'cross-site' },
			{ 'sec-fetch-site': 'same-site', origin: relay.url },
		]) {
			expect((await asOwner(method, path, headers as Record<string, string>)).status).toBe(403);
		}
		expect((await owner.get('/api/cameras')).json.cameras).toHaveLength(1);
	});

	it('with a form’s body is not even read', async () => {
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
			const headers = { cookie: owner.cookie, 'content-type': type };
			const body = '{"camera":"evil"}';
			expect((await ask(`${relay.url}/api/pairings`, { method: 'POST', headers, body })).status).toBe(415);
		}
	});

	it('needs cookies that other sites cannot send and scripts cannot read; over TLS the prefix __Host- and Secure', async () => {
		const link = () => ({ link: relay.relay.owner.newSignInLink() });
		const plain = await new TestBrowser(relay.url).post('/api/session', link());
		expect(plain.headers['set-cookie']?.[0]).toMatch(
			/^oriel_session=oriel_session_[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
		);
		const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };
		const secure = new TestBrowser(relay.url, { headers: https });
		const { headers } = await secure.post('/api/session', link());
		expect(headers['set-cookie']?.[0]).toMatch(
			/^__Host-oriel_session=oriel_session_[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
		);
		expect((await secure.get('/api/session')).json.signedIn).toBe(true);
		// The same cookie over plain http, and under the plain name over TLS, is none.
		const cookie = secure.cookie;
		expect((await ask(`${relay.url}/api/cameras`, { headers: { cookie } })).status).toBe(401);
		const renamed = { cookie: cookie.replace('__Host-', ''), ...https };
		expect((await ask(`${relay.url}/api/cameras`, { headers: renamed })).status).toBe(401);
	});
});

describe('3.3 / 11 other origins', () => {
	it.each([EVIL, 'null', 'own'])('may read nothing: %s', async (origin) => {
		const headers = { origin: origin === 'own' ? relay.url : origin };
		for (const path of ['/', '/api/session', '/api/cameras', '/cameras/door/snapshot.jpg', '/healthz', '/nowhere']) {
			const answer = await asOwner('GET', path, headers);
			const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
			expect([path, names]).toEqual([path, []]);
		}
		const preflight = await asOwner('OPTIONS', '/api/people', {
			...headers,
			'access-control-request-method': 'POST',
			'access-control-request-headers': 'content-type',
		});
		expect(preflight.status).toBeGreaterThanOrEqual(400);
		expect(Object.keys(preflight.headers).join()).not.toContain('access-control');
	});
});

describe('3.3 / 12 hostile names', () => {
	const HOSTILE = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "'; alert(1); //"];

	it.each(HOSTILE)('%s goes through the API as text, in JSON that is not sniffed for a page', async (title) => {
		await using agent = await relay.agent('door');
		agent.announce('door', { title });
		await until(async () => (await owner.get('/api/cameras')).json.cameras[0].title === title);
		const person = await owner.post('/api/people', { name: title.slice(0, 60), role: 'viewer' });
		expect(person.json.person.name).toBe(title.slice(0, 60));
		await guestBrowser(owner, relay.url, { cameras: ['door'], label: title });
		for (const path of ['/api/cameras', '/api/people', '/api/links', '/api/events']) {
			const { headers } = await owner.get(path);
			expect(headers['content-type']).toBe('application/json; charset=utf-8');
			expect(headers['x-content-type-options']).toBe('nosniff');
		}
	});

	it('in a path come back as JSON, in no header and no page', async () => {
		const path = '/cameras/%3Cimg%20src=x%20onerror=alert(1)%3E/snapshot.jpg';
		const answer = await ask(`${relay.url}${path}`, { headers: { cookie: owner.cookie } });
		expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
		expect(answer.text).not.toMatch(/[<>]/);
	});

	it('find a page that runs no script but its own', async () => {
		const { headers } = await ask(`${relay.url}/`);
		const policy = String(headers['content-security-policy']);
		for (const rule of [
			"default-src 'self'",
			"script-src 'self'",
			"object-src 'none'",
			"frame-ancestors 'none'",
			"base-uri 'none'",
		]) {
			expect(policy).toContain(rule);
		}
		expect(policy).not.toMatch(/unsafe-(inline|eval)|\*/);
		const api = await ask(`${relay.url}/api/session`);
		expect(api.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
	});

	// That the page shows them as text is seen in Chromium: test/e2e/hostile-names.test.ts.
});

describe('3.3 / 13 headers', () => {
	it('keep pictures and the API out of every cache and every Referer', async () => {
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		const paths = ['/cameras/door/snapshot.jpg', '/cameras/door/stream.mjpg', '/stream.mjpg', '/api/cameras'];
		for (const path of [...paths, '/api/session', '/api/events', '/metrics', '/nowhere']) {
			const { headers } = await asOwner('GET', path, {});
			expect([path, headers['cache-control']]).toEqual([path, 'private, no-store']);
			expect(headers['x-content-type-options']).toBe('nosniff');
			expect(headers['referrer-policy']).toBe('no-referrer');
			expect(headers['cross-origin-resource-policy']).toBe('same-origin');
			expect(headers['x-powered-by'] ?? headers.server).toBeUndefined();
		}
	});

	// HSTS where the certificate is for a name: packages/relay/src/tls.
});

describe('3.3 / 14 redirects', () => {
	it('are not made from what a request says', async () => {
		for (const next of ['//evil.example', '/\\evil.example', 'javascript:alert(1)', 'https://evil.example']) {
			for (const path of ['/', '/api/session', '/nowhere', '//evil.example/', '/\\evil.example']) {
				const url = `${path}?next=${encodeURIComponent(next)}&redirect_to=${encodeURIComponent(next)}`;
				const { status, headers } = await asOwner('GET', url, {});
				expect([url, status < 300 || status >= 400, headers.location]).toEqual([url, true, undefined]);
			}
		}
	});
});
