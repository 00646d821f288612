// Issue 10, A.4 and A.6: what has an end is leased, counted and timed; one spelling a route; who is local.
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpegOfSize } from '@oriel/testing/jpegs';
import { RawConnection } from '@oriel/testing/raw-connection';
import { ask } from '@oriel/testing/relay/ask';
import type { TestBrowser } from '@oriel/testing/relay/browser';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { addedBrowser, guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { rounds } from '@oriel/testing/turns';
import { until as patiently } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_OPEN_PER_SESSION } from '../../packages/relay/src/auth/access.ts';
import { removeToken } from '../../packages/relay/src/auth/keys.ts';
import { ANSWER_TIMEOUT_MS, MAX_UNSENT_CALLER_BYTES } from '../../packages/relay/src/http/open-answers.ts';
import { WAKE_TIMEOUT_MS } from '../../packages/relay/src/outputs/snapshot/next-picture.ts';
import { bearer, message, upgrade } from './attacks/http-messages.ts';

const MIB = 1024 * 1024;
/** On a machine that does other things too, dozens of connections take their time. */
const PATIENCE_MS = 20_000;
const until = (look: () => unknown) => patiently(String(look), look, PATIENCE_MS);

vi.setConfig({ testTimeout: 2 * PATIENCE_MS, hookTimeout: 2 * PATIENCE_MS });

let clock: FakeClock;
let relay: RunningRelay;
let connections: RawConnection[];

beforeEach(async () => {
	clock = new FakeClock();
	connections = [];
	relay = await RunningRelay.start({ clock, cameras: ['door'] });
});

afterEach(async () => {
	for (const { socket } of connections) socket.destroy();
	await relay[Symbol.asyncDispose]();
});

/** Sends a request on a connection of its own. */
async function dial(text: string): Promise<RawConnection> {
	const connection = await RawConnection.open(relay.relay.port);
	connections.push(connection);
	connection.send(text);
	return connection;
}

/** A question of the owner's page that is not answered for 20 s. */
async function longPoll(owner: TestBrowser): Promise<RawConnection> {
	const { json } = await owner.post('/api/pairings', { camera: 'porch' });
	const path = `/api/pairings/${json.pairing.id}?unless=waiting`;
	const connection = await dial(message(`GET ${path}`, [`Cookie: ${owner.cookie}`]));
	await rounds();
	expect(connection.heard).toBe('');
	return connection;
}

async function publish(size: number): Promise<void> {
	const agent = await relay.agent('door');
	agent.announce('door');
	agent.frame(0, jpegOfSize(size));
	await until(() => agent.last('ack'));
	agent.socket.terminate();
}

describe('losing access', () => {
	it('ends a long poll within two seconds, whichever way it is lost', async () => {
		const owner = ownerBrowser(relay, clock);
		const waiting = await longPoll(owner);
		const { status } = await owner.send('DELETE', '/api/session');
		expect(status).toBe(204);
		clock.advance(2000);
		await until(() => waiting.isOver);
		expect(waiting.heard).not.toContain(' 200 ');

		const again = ownerBrowser(relay, clock);
		const other = await longPoll(again);
		for (const { sha256 } of relay.files.sessions.rows) relay.files.sessions.remove(sha256);
		clock.advance(2000);
		await until(() => other.isOver);
		expect(other.heard).not.toContain(' 200 ');
	});

	it('ends a snapshot that waits for its camera, and one that is not read', async () => {
		await publish(3 * MIB);
		const { secret, token } = relay.grant();
		const unread = await dial('');
		unread.socket.pause();
		unread.send(message('GET /cameras/door/snapshot.jpg', [bearer(secret)]).repeat(3));
		await rounds(50);
		removeToken(relay.files, token.id);
		clock.advance(2000);
		await rounds(5);
		unread.socket.resume();
		await until(() => unread.isOver);
		expect(unread.heard.length).toBeLessThan(9 * MIB);
		expect(WAKE_TIMEOUT_MS).toBeLessThan(2000);
	});

	it('still lets the answer through that says so, and is no event of its own', async () => {
		const owner = ownerBrowser(relay, clock);
		const { browser } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: null });
		expect((await browser.send('DELETE', '/api/session')).status).toBe(204);
		clock.advance(5000);
		const { json } = await owner.get('/api/events');
		const kinds = json.events.map(({ kind }: { kind: string }) => kind);
		expect(kinds).toContain('signed-out');
		expect(kinds).not.toContain('access-ended');
	});
});

describe('an answer with an end', () => {
	it('is cut off when it has not been read in a minute', async () => {
		await publish(3 * MIB);
		const unread = await dial('');
		unread.socket.pause();
		unread.send(message('GET /cameras/door/snapshot.jpg', [bearer(relay.token())]).repeat(5));
		await rounds(50);
		clock.advance(ANSWER_TIMEOUT_MS);
		await rounds(5);
		unread.socket.resume();
		await until(() => unread.isOver);
		expect(unread.heard.length).toBeLessThan(15 * MIB);
	});

	it('counts with streams and WebSockets of its browser, which can sign out all the same', async () => {
		await publish(3 * MIB);
		const owner = ownerBrowser(relay, clock);
		const cookie = `Cookie: ${owner.cookie}`;
		const streams = await Promise.all(
			Array.from({ length: MAX_OPEN_PER_SESSION - 1 }, () => dial(message('GET /cameras/door/stream.mjpg', [cookie]))),
		);
		await until(() => streams.every(({ heard }) => heard.includes('200 OK')));
		const poll = await longPoll(owner);
		const refused = await owner.get('/cameras/door/snapshot.jpg');
		expect([refused.status, refused.code]).toEqual([429, 'too-many-open']);
		poll.reset();
		await rounds();
		expect((await owner.get('/cameras/door/snapshot.jpg')).status).toBe(200);
		await longPoll(owner);
		expect((await owner.send('DELETE', '/api/session')).status).toBe(204);
	});

	it('takes no seat of a share link', async () => {
		await publish(1000);
		const owner = ownerBrowser(relay, clock);
		const guest = await guestBrowser(owner, relay.url, { cameras: ['door'], maxViewers: 1 });
		expect((await guest.browser.get('/api/session')).json.link.viewers).toBe(0);
		expect((await guest.browser.get('/cameras/door/snapshot.jpg')).status).toBe(200);
	});

	it('is refused before it is made where too many bytes are waiting already', async () => {
		await publish(3 * MIB);
		const authorization = bearer(relay.token());
		const hoarders = await Promise.all(Array.from({ length: 40 }, () => dial('')));
		for (const hoarder of hoarders) {
			hoarder.socket.pause();
			hoarder.send(message('GET /cameras/door/snapshot.jpg', [authorization]).repeat(16));
		}
		await rounds(100);
		for (const { socket } of hoarders) socket.resume();
		const [, secret = ''] = /Bearer (.*)/.exec(authorization) ?? [];
		const headers = { authorization: `Bearer ${secret}` };
		await until(() => hoarders.some(({ heard }) => heard.includes('"busy"')));
		expect(MAX_UNSENT_CALLER_BYTES).toBeLessThan(40 * 3 * MIB);
		for (const hoarder of hoarders) hoarder.reset();
		await rounds();
		// What they held is free again.
		expect((await ask(`${relay.url}/cameras/door/snapshot.jpg`, { headers })).status).toBe(200);
	});
});

describe('a route', () => {
	const SPELLINGS = [
		'//metrics',
		'//x/metrics',
		'/./metrics',
		'/x/../metrics',
		'/%6detrics',
		'/%6Detrics',
		'/metrics/',
		'/metrics;x',
		'/metrics%00',
		'/metrics%3F',
		'\\metrics',
		'/\\metrics',
		'/metrics#x',
		'metrics',
		'http://evil/metrics',
		'http://relay@evil/metrics',
		'/METRICS',
	];

	it.each(SPELLINGS)('has one spelling, which is not %s', async (path) => {
		const connection = await dial(message(`GET ${path}`, [bearer(relay.token()), 'Connection: close']));
		await until(() => connection.isOver);
		expect(connection.heard).toMatch(/^HTTP\/1\.1 40[04] /);
		expect(connection.heard).not.toContain('oriel_');
	});

	it('is the same by its absolute address', async () => {
		const connection = await dial(message('GET http://relay/metrics', [bearer(relay.token()), 'Connection: close']));
		await until(() => connection.isOver);
		expect(connection.heard).toContain('oriel_build_info');
	});

	it.each(['relay', 'evil'])('is not reached with a second Host: %s, by a WebSocket neither', async (host) => {
		const token = bearer(relay.token());
		const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Protocol: oriel.v1'];
		const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
		for (const more of [[], [...upgrade, ...key]]) {
			const path = more.length > 0 ? '/live' : '/api/cameras';
			const connection = await dial(message(`GET ${path}`, [token, `Host: ${host}`, ...more]));
			await until(() => connection.heard.includes('}}'));
			expect(connection.heard).toMatch(/^HTTP\/1\.1 400 /);
		}
	});
});

describe('/metrics', () => {
	const local = (host: string, ...headers: string[]) =>
		`${['GET /metrics HTTP/1.1', `Host: ${host}`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;

	it.each(['127.0.0.1', '127.0.0.1:8080', 'localhost:8080', '[::1]:8080', '127.3.2.1'])(
		'is read by a program of this machine, as %s',
		async (host) => {
			const connection = await dial(local(host));
			await until(() => connection.isOver);
			expect(connection.heard).toMatch(/^HTTP\/1\.1 200 /);
		},
	);

	it.each([
		['evil.example', []],
		['127.0.0.1.evil.example', []],
		['127.0.0.1', ['Origin: http://127.0.0.1']],
		['127.0.0.1', ['Sec-Fetch-Site: none']],
		['127.0.0.1', ['Sec-Fetch-Mode: cors']],
		['127.0.0.1', ['Referer: http://127.0.0.1/']],
		['127.0.0.1', ['Cookie: a=b']],
		['127.0.0.1', ['X-Forwarded-For: 127.0.0.1']],
		['127.0.0.1', ['Via: 1.1 proxy']],
	])('is not by anything else: %s %j', async (host, headers) => {
		const connection = await dial(local(host, ...headers));
		await until(() => connection.isOver);
		expect(connection.heard).toMatch(/^HTTP\/1\.1 401 /);
		expect(connection.heard).not.toContain('oriel_');
	});
});

describe('Upgrade', () => {
	const h2c = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'];

	it.each([
		['GET', '/healthz', [], '', 200],
		['HEAD', '/healthz', [], '', 200],
		['POST', '/api/session', ['Content-Type: application/json', 'Content-Length: 2'], '{}', 400],
		['PUT', '/cameras/door/ingest', ['Content-Length: 5'], 'hello', 401],
	])('to h2c is ignored: %s %s is answered as HTTP/1.1', async (method, path, headers, body, status) => {
		const connection = await dial(message(`${method} ${path}`, [...h2c, ...headers], body));
		// The parser has thrown away what it took for another protocol, so that this is the last answer.
		await until(() => connection.isOver);
		expect(connection.heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
	});

	it('to h2c is ignored with an upload, whose body is read', async () => {
		const key = bearer(relay.key('door'));
		const connection = await dial(message('PUT /cameras/door/ingest', [...h2c, key, 'Transfer-Encoding: chunked']));
		const picture = Buffer.from(jpegOfSize(5000));
		connection.send(Buffer.concat([Buffer.from('1388\r\n'), picture, Buffer.from('\r\n0\r\n\r\n')]));
		await until(() => connection.heard.includes('"frames":1'));
	});

	it('in HTTP/1.0 is ignored, also to a WebSocket (RFC 9110, 7.8)', async () => {
		const handshake = upgrade('/live', relay.token()).replace(' HTTP/1.1', ' HTTP/1.0');
		const connection = await dial(handshake);
		await until(() => connection.isOver);
		expect(connection.heard).toMatch(/^HTTP\/1\.1 404 /);
	});

	it.each(['websocket, h2c', 'TLS/1.0', 'webtransport', ''])('to %j is ignored too', async (protocol) => {
		const connection = await dial(message('GET /healthz', ['Connection: Upgrade', `Upgrade: ${protocol}`]));
		await until(() => connection.isOver || connection.heard.includes('200 OK'));
		expect(connection.heard).toContain('200 OK');
	});
});
