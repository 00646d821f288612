import { connect, type Socket } from 'node:net';
import { reasonOf, silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { ask, upgradeHeaders } from '@oriel/testing/relay/ask';
import { rounds, until } from '@oriel/testing/turns';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RelayError } from '../errors/relay-error.ts';
import { JSON_BODY_TIMEOUT_MS, MAX_JSON_BYTES, readJson } from './body.ts';
import { ConnectionRate } from './connection-rate.ts';
import { MAX_HEADERS } from './headers.ts';
import { MAX_PIPELINED_BYTES } from './http-connection.ts';
import { ANSWER_TIMEOUT_MS } from './open-answers.ts';
import { Peers } from './peer.ts';
import { MAX_SMALL_PARTS } from './request.ts';
import { sendEmpty, sendJson, sendText } from './respond.ts';
import type { Route } from './route.ts';
import { HttpServer, MAX_HEADER_BYTES } from './server.ts';
import { LINGER_MS } from './takeover.ts';

const clock = new FakeClock();
let server: HttpServer;
/** What the guard waits for, if it has to look at the disk. */
let disk: Promise<unknown> | undefined;
let faults: string[];
let accepted: number;
/** Requests that were counted, and how many may be. */
let counted: number;
let most: number;
let sockets: Socket[];

/** More than the buffers of the kernel hold for a client that does not read. */
const LARGE_BYTES = 12 * 1024 * 1024;

const shape = v.strictObject({ word: v.string() });

const routes: Route<string, string>[] = [
	{ method: 'GET', path: '/hello', action: 'a', handle: ({ response }) => sendJson(response, 200, { hello: 'you' }) },
	{ method: 'DELETE', path: '/hello', action: 'a', handle: ({ response }) => sendEmpty(response, 204) },
	{
		method: 'POST',
		path: '/echo',
		action: 'a',
		handle: async ({ request, response }) => sendJson(response, 200, await readJson(request, shape, clock)),
	},
	{
		method: 'GET',
		path: '/broken',
		action: 'a',
		handle() {
			throw new Error('cannot open /home/owner/secret.json');
		},
	},
	{
		method: 'GET',
		path: '/half',
		action: 'a',
		handle({ response }) {
			response.writeHead(200).write('half');
			throw new Error('broke on the way');
		},
	},
	{
		method: 'GET',
		path: '/large',
		action: 'a',
		handle: ({ response }) => sendText(response, 200, 'x'.repeat(LARGE_BYTES)),
	},
	{ method: 'GET', path: '/secret', action: 'secret', handle: ({ response }) => sendEmpty(response, 200) },
];

beforeEach(async () => {
	sockets = [];
	faults = [];
	disk = undefined;
	accepted = counted = 0;
	most = Number.POSITIVE_INFINITY;
	server = await HttpServer.listen<string, string>({
		peers: new Peers(),
		host: '127.0.0.1',
		port: 0,
		routes,
		upgrades: [
			{
				path: '/socket',
				action: 'a',
				accept() {
					throw new Error('broke at once');
				},
			},
			{
				path: '/open',
				action: 'a',
				accept(_request, socket) {
					accepted++;
					socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
				},
			},
			{
				path: '/broken',
				action: 'a',
				accept(_request, socket) {
					socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
					throw new Error('broke after the handshake');
				},
			},
		],
		count() {
			if (counted++ >= most) throw new RelayError('too-many-requests', 'Enough', { retryAfterSeconds: 3 });
		},
		guard(_request, action) {
			if (action === 'secret') throw new RelayError('unauthorized', 'Who are you?');
			return disk ? disk.then(() => 'anybody') : 'anybody';
		},
		callerOf: (_who, address) => address,
		hold: () => () => {},
		clock,
		log: silentLog,
		report: (kind, thrown) => faults.push(`${kind}: ${reasonOf(thrown)}`),
	});
});

afterEach(async () => {
	for (const socket of sockets) socket.destroy();
	await server[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
});

function url(path: string): string {
	return `http://127.0.0.1:${server.port}${path}`;
}

/** A bare connection: what it heard so far, as text. */
function dial(...lines: string[]): { socket: Socket; heard: () => string } {
	let heard = '';
	const socket = connect(server.port, '127.0.0.1');
	socket.on('error', () => {});
	socket.on('data', (chunk) => {
		heard += chunk.toString('latin1');
	});
	sockets.push(socket);
	if (lines.length > 0) socket.write([...lines, '', ''].join('\r\n'));
	return { socket, heard: () => heard };
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('an answer', () => {
	it('carries the headers that keep it private, whatever it is', async () => {
		for (const path of ['/hello', '/nothing', '/secret', '/broken']) {
			const { headers } = await ask(url(path));
			expect(headers).toMatchObject({
				'cache-control': 'private, no-store',
				'x-content-type-options': 'nosniff',
				'referrer-policy': 'no-referrer',
				'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
			});
			expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
		}
	});

	it('to an unknown path is 404, to a wrong method 405 with the right ones', async () => {
		expect((await ask(url('/nothing'))).status).toBe(404);
		expect(JSON.parse((await ask(url('/nothing'))).text).error.code).toBe('not-found');
		const opened = await ask(url('/nothing'), { headers: { accept: 'text/html,*/*;q=0.8' } });
		expect([opened.status, opened.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
		expect(opened.text).toContain('<a href="/">Show the cameras</a>');
		const wrong = await ask(url('/hello'), { method: 'PUT' });
		expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, DELETE']);
		expect((await ask(url('/echo'))).headers.allow).toBe('POST');
	});

	it('to HEAD has the headers of GET and no body', async () => {
		const { status, headers, text } = await ask(url('/hello'), { method: 'HEAD' });
		expect([status, headers['content-length'], text]).toEqual([200, '15', '']);
	});

	it('about something broken inside says nothing of it', async () => {
		const { status, text } = await ask(url('/broken'));
		expect(status).toBe(500);
		expect(text).not.toContain('secret');
		expect(faults).toEqual(['request: cannot open /home/owner/secret.json']);
		expect(JSON.parse(text).error.code).toBe('internal');
		await expect(ask(url('/half'))).rejects.toThrow();
	});

	it('that asks for a password opens the browser’s own window only for pictures', async () => {
		expect((await ask(url('/secret'))).headers['www-authenticate']).toBe('Bearer realm="Oriel"');
	});

	it.each(['GET http://[ HTTP/1.1', 'GET /%zz HTTP/1.1', 'GET //evil/hello HTTP/1.1', 'OPTIONS * HTTP/1.1'])(
		'to %j comes, and the connection goes on',
		async (line) => {
			const peer = dial(line, 'host: x');
			await until(() => peer.heard().includes('\r\n\r\n'));
			expect(peer.heard()).not.toContain(' 500 ');
			peer.socket.write('GET /hello HTTP/1.1\r\nhost: x\r\n\r\n');
			await until(() => peer.heard().includes('{"hello":"you"}'));
		},
	);

	it.each(['/nothing', '/secret', '/broken'])('of error to %s leaves the connection usable', async (path) => {
		const peer = dial(`GET ${path} HTTP/1.1`, 'host: x');
		await until(() => peer.heard().includes('}}'));
		peer.socket.write('GET /hello HTTP/1.1\r\nhost: x\r\n\r\n');
		await until(() => peer.heard().includes('{"hello":"you"}'));
	});

	it('to a request with long headers comes too while the answer before it is still being read', async () => {
		const long = `x: ${'x'.repeat(MAX_PIPELINED_BYTES - 200)}`;
		const peer = dial('GET /large HTTP/1.1', 'host: x', long);
		await until(() => peer.heard().includes('\r\n\r\nx'));
		peer.socket.pause();
		peer.socket.write(`GET /hello HTTP/1.1\r\nhost: x\r\n${long}\r\n\r\n`);
		await rounds();
		peer.socket.resume();
		await until(() => peer.heard().includes('{"hello":"you"}'));
	});

	it('to a client that speaks no HTTP is 400, and to too many headers 431', async () => {
		const noise = dial('\x16\x03\x01 this is TLS');
		await until(() => noise.socket.closed);
		expect(noise.heard()).toContain('400 Bad Request');
		const long = dial('GET /hello HTTP/1.1', `x: ${'x'.repeat(MAX_HEADER_BYTES)}`);
		await until(() => long.socket.closed);
		expect(long.heard()).toContain('431 ');
	});

	it.each([
		'GET /hello HTTP/1.1\r\nhost: x',
		'GET /open HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket',
	])('to %j with as many headers as may be is an answer, and with one more 431', async (head) => {
		const lines = head.split('\r\n').length - 1;
		const most = dial(head, ...Array<string>(MAX_HEADERS - lines).fill('a: b'));
		await until(() => most.heard().includes('\r\n\r\n'));
		expect(most.heard()).toMatch(/^HTTP\/1\.1 (200|101) /);
		for (const more of [1, 2000]) {
			const over = dial(head, ...Array<string>(MAX_HEADERS - lines + more).fill('a: b'));
			await until(() => over.heard().includes('}}'));
			expect(over.heard()).toMatch(/^HTTP\/1\.1 431 .*"too-many-headers"/s);
		}
	});
});

describe('a body', () => {
	it.each([
		[JSON_TYPE, '{"word":"yes"}', 200],
		[{ 'content-type': 'Application/JSON; charset=utf-8' }, '{"word":"yes"}', 200],
		[JSON_TYPE, '{"word":1}', 400],
		[JSON_TYPE, '{"word":"x","more":1}', 400],
		[JSON_TYPE, '{"word"', 400],
		[JSON_TYPE, '', 400],
		[{ 'content-type': 'text/plain' }, '{"word":"yes"}', 415],
		[{ 'content-type': 'application/x-www-form-urlencoded' }, 'word=yes', 415],
		[{}, '{"word":"yes"}', 415],
		[JSON_TYPE, `{"word":"${'x'.repeat(MAX_JSON_BYTES)}"}`, 413],
	])('%j with %.20s gives %i', async (headers, body, status) => {
		expect((await ask(url('/echo'), { method: 'POST', headers: { ...headers }, body })).status).toBe(status);
	});

	it('that does not come is given up after ten seconds', async () => {
		const peer = dial('POST /echo HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 10');
		await rounds();
		peer.socket.write('{');
		await rounds();
		clock.advance(JSON_BODY_TIMEOUT_MS);
		await until(() => peer.heard().includes('408 Request Timeout'));
		clock.advance(LINGER_MS);
		await until(() => peer.socket.closed);
	});

	it('that is not read ends the connection with its answer', async () => {
		const peer = dial('GET /hello HTTP/1.1', 'host: x', 'content-length: 10');
		await until(() => peer.socket.closed);
		expect(peer.heard()).toContain('200 OK');
	});

	it('from a page of another site is refused, from one of ours taken', async () => {
		const post = async (headers: Record<string, string>) => {
			const body = '{"word":"x"}';
			return (await ask(url('/echo'), { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body })).status;
		};
		const host = `127.0.0.1:${server.port}`;
		expect(await post({ origin: `http://${host}` })).toBe(200);
		expect(await post({ origin: 'http://evil.example' })).toBe(403);
		expect(await post({ origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
		expect(await post({ origin: 'null' })).toBe(403);
		expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
		expect(await post({ 'sec-fetch-site': 'same-site' })).toBe(403);
		expect(await post({ 'sec-fetch-site': 'same-origin', origin: `http://${host}` })).toBe(200);
	});
});

describe('a WebSocket', () => {
	it('from a page of another site, or at a path without one, is refused with a readable answer', async () => {
		const open = (path: string, headers = {}) => ask(url(path), { headers: { ...upgradeHeaders('x'), ...headers } });
		const refused = await open('/socket', { origin: 'http://evil.example' });
		expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([403, 'forbidden']);
		expect((await open('/hello')).status).toBe(404);
		const broken = await open('/socket', { origin: `http://127.0.0.1:${server.port}` });
		expect([broken.status, broken.text.includes('at once')]).toEqual([500, false]);
	});

	it('that was refused is cut off if it does not go', async () => {
		const head = Object.entries(upgradeHeaders('x')).map(([name, value]) => `${name}: ${value}`);
		const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
		socket.on('error', () => {});
		sockets.push(socket);
		let isRefused = false;
		socket.on('data', () => {
			isRefused = true;
		});
		socket.write(['GET /nothing HTTP/1.1', 'host: x', ...head, '', ''].join('\r\n'));
		await until(() => isRefused);
		let isGone = false;
		const gone = server.idle().then(() => {
			isGone = true;
		});
		await rounds();
		expect(isGone).toBe(false);
		clock.advance(LINGER_MS);
		await gone;
	});
});

/** A promise and what keeps or breaks it. */
function pending(): { promise: Promise<void>; keep: () => void; fail: (reason: Error) => void } {
	let keep = () => {};
	let fail = (_reason: Error) => {};
	const promise = new Promise<void>((resolve, reject) => {
		keep = resolve;
		fail = reject;
	});
	return { promise, keep, fail };
}

describe('a guard that has to wait', () => {
	const handshake = (path: string) => [
		`GET ${path} HTTP/1.1`,
		'host: x',
		...Object.entries(upgradeHeaders('x')).map(([name, value]) => `${name}: ${value}`),
	];

	it('is awaited, and requests behind it keep their order', async () => {
		const { promise, keep } = pending();
		disk = promise;
		const peer = dial('GET /hello HTTP/1.1', 'host: x', '', 'GET /nothing HTTP/1.1', 'host: x');
		await rounds();
		expect(peer.heard()).toBe('');
		keep();
		await until(() => peer.heard().includes('}}'));
		expect(peer.heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404']);
	});

	it('that fails is a fault of this request alone', async () => {
		const { promise, fail } = pending();
		disk = promise;
		const answer = ask(url('/hello'));
		await rounds();
		fail(new Error('EIO'));
		expect((await answer).status).toBe(500);
		expect(faults).toEqual(['request: EIO']);
	});

	it('that never comes to an end keeps no connection for longer than a minute', async () => {
		disk = new Promise(() => {});
		const all = [dial('GET /hello HTTP/1.1', 'host: x'), dial(...handshake('/open'))];
		await rounds();
		clock.advance(ANSWER_TIMEOUT_MS);
		await until(() => all.every(({ socket }) => socket.closed));
		expect(accepted).toBe(0);
	});

	it.each([
		['reset', [0]],
		// Looks like half a close, until something is written.
		['closed', [0, 1]],
		['half closed', [1]],
	])('may be asked for a WebSocket whose connection is %s meanwhile', async (how, opened) => {
		const { promise, keep } = pending();
		disk = promise;
		const peer = dial(...handshake('/open'));
		await rounds();
		if (how === 'reset') peer.socket.resetAndDestroy();
		else if (how === 'closed') peer.socket.destroy();
		else peer.socket.end();
		await rounds();
		keep();
		await rounds();
		expect(opened).toContain(accepted);
		expect(faults).toEqual([]);
		expect((await ask(url('/hello'))).status).toBe(200);
	});
});

describe('a WebSocket that breaks while it is opened', () => {
	it('gets no HTTP behind its handshake', async () => {
		const head = Object.entries(upgradeHeaders('x')).map(([name, value]) => `${name}: ${value}`);
		const peer = dial('GET /broken HTTP/1.1', 'host: x', ...head);
		await until(() => peer.socket.closed);
		expect(peer.heard().match(/HTTP\/1\.1/g) ?? []).toHaveLength(peer.heard() === '' ? 0 : 1);
		expect(faults).toEqual(['socket: broke after the handshake']);
	});
});

describe('many connections', () => {
	it('that say nothing keep no others out', async () => {
		const idle = Array.from({ length: 500 }, () => dial());
		await until(() => idle.every(({ socket }) => socket.readyState === 'open'));
		expect((await ask(url('/hello'))).status).toBe(200);
	});
});

describe('a client that asks too often', () => {
	it.each(['GET /hello', 'GET /nothing', 'POST /hello', 'DELETE /secret'])(
		'is told so before anything else, and has to connect again: %s',
		async (request) => {
			most = 0;
			const { socket, heard } = dial(`${request} HTTP/1.1`, 'host: x');
			await until(() => heard().includes('too-many-requests'));
			expect(heard()).toMatch(/^HTTP\/1\.1 429 .*retry-after: 3/is);
			await until(() => {
				clock.advance(100);
				return socket.closed;
			});
		},
	);

	it('finds no WebSocket either', async () => {
		most = 0;
		const { status } = await ask(url('/open'), { headers: upgradeHeaders('x') });
		expect([status, accepted]).toEqual([429, 0]);
	});

	it('is cut off when it opens connections too quickly; those that are there go on', async () => {
		const there = dial('GET /hello HTTP/1.1', 'host: x');
		await until(() => there.heard().includes('you'));
		const admits = vi.spyOn(ConnectionRate.prototype, 'admits').mockReturnValue(false);
		const { socket, heard } = dial('GET /hello HTTP/1.1', 'host: x');
		await until(() => socket.closed);
		admits.mockRestore();
		expect(heard()).toBe('');
		there.socket.write('GET /secret HTTP/1.1\r\nhost: x\r\n\r\n');
		await until(() => there.heard().includes('401'));
	});

	it('with a body of many small chunks is cut off in the middle of a packet', async () => {
		const { socket } = dial(
			'POST /echo HTTP/1.1',
			'host: x',
			'content-type: application/json',
			'transfer-encoding: chunked',
		);
		socket.write('1\r\n \r\n'.repeat(MAX_SMALL_PARTS + 20));
		await until(() => socket.closed);
		const fair = dial('POST /echo HTTP/1.1', 'host: x', 'content-type: application/json', 'transfer-encoding: chunked');
		fair.socket.write(`${'1\r\n \r\n'.repeat(MAX_SMALL_PARTS)}f\r\n{"word":"fair"}\r\n0\r\n\r\n`);
		await until(() => fair.heard().includes('"fair"'));
	});
});
