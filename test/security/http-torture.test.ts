// Issue 10, A.1: no input from the network ends the process, and one connection's fault stays its own.
import type { Attack, Target } from '@oriel/testing/attack';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { RawConnection } from '@oriel/testing/raw-connection';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerCookie } from '@oriel/testing/relay/session';
import { rounds } from '@oriel/testing/turns';
import { until as patiently } from '@oriel/testing/until';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Action, Principal } from '../../packages/relay/src/auth/policy.ts';
import { HttpConnection, MAX_PIPELINED } from '../../packages/relay/src/http/http-connection.ts';
import { HttpServer, type ServerOptions } from '../../packages/relay/src/http/server.ts';
import { unreadAnswers } from './attacks/http-crowds.ts';
import { bearer, chunk, message, messagesFor, upgrade } from './attacks/http-messages.ts';
import { allPairs, manyAtOnce, pipelinedStreams, refusedBodies, streamAndMore } from './attacks/http-pipelining.ts';
import { cutAnywhere } from './attacks/http-resets.ts';

let clock: FakeClock;
let relay: RunningRelay;
let target: Target;
let options: ServerOptions<Principal, Action>;
let idleTimers: number;
let owner: string;

beforeAll(async () => {
	clock = new FakeClock();
	const listen = vi.spyOn(HttpServer, 'listen');
	relay = await RunningRelay.start({ clock, cameras: ['door', 'hostile'] });
	options = listen.mock.calls[0]?.[0] as unknown as typeof options;
	listen.mockRestore();
	const token = relay.token();
	target = {
		port: relay.relay.port,
		camera: 'door',
		token,
		share: '',
		key: relay.key('hostile'),
		hostileCamera: 'hostile',
	};
	owner = `Cookie: ${ownerCookie(relay.files, clock)}`;
	clock.advance(1000);
	const agent = await relay.agent('door');
	agent.announce('door');
	agent.frame(0, jpeg(1));
	await until(() => agent.last('ack'));
	await agent[Symbol.asyncDispose]();
	// What is to be noted on disk is noted: what is left are the timers that never end.
	for (let second = 0; second < 10; second++) {
		clock.advance(1000);
		await rounds(5);
	}
	idleTimers = clock.pending;
});

afterAll(() => relay[Symbol.asyncDispose]());

const until = (look: () => unknown) => patiently(String(look), look);

/** What was done to it: the relay has no fault, no connection, no viewer and no timer left, and serves the next client. */
afterEach(async () => {
	await settled();
	const metrics = await relay.metrics();
	expect(metrics.split('\n').filter((line) => /^oriel_faults_total{kind="(?!disk)/.test(line))).toEqual([]);
	expect(relay.logged.split('\n').filter((line) => /^a (request|connection|timer|observer) failed/.test(line))).toEqual(
		[],
	);
	const { status } = await ask(`${relay.url}/cameras/door/snapshot.jpg`, {
		headers: { authorization: `Bearer ${target.token}` },
	});
	expect(status).toBe(200);
});

/** Lets whatever waits for the clock be over: two seconds for those who were refused, ten for passwords, a minute in all. */
async function settled(): Promise<void> {
	await rounds(5);
	await until(() => {
		clock.advance(500);
		return clock.pending <= idleTimers;
	});
	// Who has opened all the connections that its network may open is let in again with time.
	await until(() => {
		clock.advance(1000);
		return viewers()
			.catch(() => undefined)
			.then((count) => count !== undefined);
	});
	expect(await viewers()).toBe(0);
}

async function viewers(): Promise<number> {
	const counts = [...(await relay.metrics()).matchAll(/^oriel_viewers{.*} (\d+)$/gm)];
	return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Sends each text on a connection of its own, some side by side, and leaves it as `leave` says. */
async function sendAll(
	texts: readonly string[],
	leave: (connection: RawConnection, index: number) => void | Promise<void>,
) {
	const SIDE_BY_SIDE = 100;
	for (let at = 0; at < texts.length; at += SIDE_BY_SIDE) {
		const some = texts.slice(at, at + SIDE_BY_SIDE).map(async (text, index) => {
			using connection = await RawConnection.open(target.port);
			connection.send(text);
			await leave(connection, at + index);
		});
		await Promise.all(some);
		// A network may open 200 connections a second: the relay looks at all of them, and refuses none unread.
		clock.advance(500);
	}
}

/** One message for each route of the relay, with a body and without, let in and refused, by turns. */
function routeMessages(turn: number): string[] {
	const { routes, upgrades } = options;
	const credentials = [[], [bearer(target.token)], [bearer(target.key)], [owner]];
	const texts = routes.map(({ method, path }, index) => {
		const place = path.replace(':camera', 'nowhere').replace(/:\w+/g, 'x');
		const who = credentials[(turn + index) % credentials.length] ?? [];
		// Neither ends a session.
		const isSafe = !path.startsWith('/api/session') && path !== '/api/password';
		return withBody(method, place, isSafe ? who : [], turn + (index >> 2));
	});
	return [
		...texts,
		...upgrades.map(({ path }, index) => upgrade(path, [target.token, target.key, ''][(turn + index) % 3] ?? '')),
	];
}

function withBody(method: string, path: string, who: readonly string[], turn: number): string {
	if (method === 'GET') {
		const [verb = 'GET', ...headers] =
			[['GET'], ['HEAD'], ['GET', 'Content-Length: 5'], ['GET', 'Expect: 100-continue']][turn % 4] ?? [];
		return message(`${verb} ${path}`, [...who, ...headers], headers[0]?.startsWith('Content') ? 'hello' : '');
	}
	const json = [...who, 'Content-Type: application/json'];
	const bodies = [
		message(`${method} ${path}`, [...json, 'Content-Length: 2'], '{}'),
		message(`${method} ${path}`, [...json, 'Transfer-Encoding: chunked'], chunk('{}')),
		message(`${method} ${path}`, [...json, 'Content-Length: 2', 'Expect: 100-continue'], '{}'),
		message(`${method} ${path}`, [...who, 'Content-Length: 5'], 'hello'),
		message(`${method} ${path}`, [...json, 'Content-Length: 17000'], 'x'.repeat(17_000)),
		message(`${method} ${path}`, [...json, 'Transfer-Encoding: chunked'], chunk('{', false)),
	];
	return bodies[turn % bodies.length] ?? '';
}

describe('all ordered pairs of routes in one packet', () => {
	it('end no connection but their own', async () => {
		const first = [0, 1, 2, 3].map((turn) => routeMessages(turn));
		const second = Array.from({ length: 12 }, (_, turn) => routeMessages(turn));
		const count = first[0]?.length ?? 0;
		// Neighbours get other credentials and other bodies, so that all kinds meet all kinds.
		const pairs = Array.from({ length: count * count }, (_, index) => {
			const [one, other] = [Math.floor(index / count), index % count];
			return `${first[(one + other) % first.length]?.[one]}${second[(one * 5 + other) % second.length]?.[other]}`;
		});
		expect(pairs.length).toBeGreaterThan(2000);
		await sendAll(pairs, async (connection, index) => {
			if (index % 4 === 0) connection.endHalf();
			await rounds(3);
			if (index % 4 === 1) connection.reset();
		});
	});

	it('are answered in their order, each once', async () => {
		const paths = ['/healthz', '/nowhere', '/api/session', '/metrics', '/readyz', '/api/cameras', '/'];
		const whole = paths.flatMap((one) => paths.map((other) => [one, other] as const));
		for (const [one, other] of whole) {
			using connection = await RawConnection.open(target.port);
			connection.send(message(`GET ${one}`) + message(`GET ${other}`, ['Connection: close']));
			await until(() => connection.isOver);
			const alone = await Promise.all(
				[one, other].map(async (path) => (await ask(`${relay.url}${path}`, { headers: { host: 'relay' } })).status),
			);
			const statuses = [...connection.heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
			expect([one, other, statuses]).toEqual([one, other, alone]);
		}
	});
});

describe('messages of every kind', () => {
	it('in pairs end no connection but their own', async () => {
		const all = Object.values(messagesFor(target));
		await sendAll(
			all.flatMap((one) => all.map((other) => one + other)),
			async (connection, index) => {
				if (index % 3 === 0) connection.endHalf();
				await rounds(3);
				if (index % 3 === 1) connection.reset();
			},
		);
	});

	it.each(['reset', 'half a close'])(
		'may be cut anywhere by %s',
		async (how) => {
			const texts = Object.values(messagesFor(target)).flatMap((text) => {
				// Every place of heads, and some of long bodies.
				const step = Math.max(1, Math.floor(text.length / 500));
				return Array.from({ length: Math.ceil(text.length / step) }, (_, index) => text.slice(0, 1 + index * step));
			});
			await sendAll(texts, async (connection) => {
				if (how === 'reset') {
					await rounds(1);
					connection.reset();
					return;
				}
				connection.endHalf();
				await rounds(2);
			});
		},
		120_000,
	);

	it('may come a byte at a time', async () => {
		const texts = Object.values(messagesFor(target)).filter((text) => text.length < 400);
		await sendAll(
			texts.map(() => ''),
			async (connection, index) => {
				for (const letter of `${texts[index]}${texts[(index * 7) % texts.length]}`) {
					connection.send(letter);
					await rounds(1);
				}
			},
		);
	});
});

describe('hundreds of streams on one connection', () => {
	it('are one viewer', async () => {
		using connection = await RawConnection.open(target.port);
		connection.send(messagesFor(target).stream?.repeat(200) ?? '');
		await until(() => connection.heard.includes('Content-Length'));
		await rounds();
		expect(await viewers()).toBe(1);
		expect(connection.heard.split('HTTP/1.1').length).toBe(2);
	});

	it('are none if something else that ends the connection comes first', async () => {
		using connection = await RawConnection.open(target.port);
		const { 'refused long upload': refused = '', stream = '' } = messagesFor(target);
		connection.send(refused + stream.repeat(3));
		await until(() => connection.heard.includes('}}'));
		await rounds();
		expect([await viewers(), connection.heard.split('HTTP/1.1').length]).toEqual([0, 2]);
	});
});

describe('a stream', () => {
	it.each(['garbage', 'half of a head', 'huge header', 'broken chunk', 'stream'])(
		'is not broken into by %s behind it, in the same packet or later',
		async (kind) => {
			const { stream = '', [kind]: other = '' } = messagesFor(target);
			using together = await RawConnection.open(target.port);
			together.send(stream + other);
			using later = await RawConnection.open(target.port);
			later.send(stream);
			await until(() => [together, later].every(({ heard }) => heard.includes('Content-Length')));
			later.send(other);
			await rounds();
			for (const { heard } of [together, later]) expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
			// Closing one half is how a viewer leaves: nothing about what was left of a request comes behind the pictures.
			for (const connection of [together, later]) connection.endHalf();
			await until(() => together.isOver && later.isOver);
			for (const { heard } of [together, later]) expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
		},
	);
});

describe('requests that wait', () => {
	it('are as many as are allowed; the connection ends behind them', async () => {
		using connection = await RawConnection.open(target.port);
		connection.send(message('GET /healthz').repeat(500));
		await until(() => connection.isOver);
		expect(connection.heard.match(/ 200 OK/g)).toHaveLength(MAX_PIPELINED);
	});

	it.each([
		['long headers', `x: ${'x'.repeat(4000)}\r\n`, 3],
		['many short headers', 'a: b\r\n'.repeat(100), 2],
	])('with %s take no more memory than is allowed; the connection ends behind them', async (_name, headers, fit) => {
		using connection = await RawConnection.open(target.port);
		const request = message('GET /healthz').replace('\r\n\r\n', `\r\n${headers}\r\n`);
		connection.send(request.repeat(MAX_PIPELINED));
		await until(() => connection.isOver);
		const { length } = connection.heard.match(/ 200 OK/g) ?? [];
		expect(length).toBeGreaterThanOrEqual(fit);
		expect(length).toBeLessThan(MAX_PIPELINED);
	});

	it('beyond them are not even made, however many one packet holds', async () => {
		const made = vi.spyOn(HttpConnection.prototype, 'ask');
		using connection = await RawConnection.open(target.port);
		connection.send('GET / HTTP/1.1\r\n\r\n'.repeat(20_000));
		await until(() => connection.isOver);
		const { length } = made.mock.calls;
		made.mockRestore();
		expect(length).toBeGreaterThan(MAX_PIPELINED);
		expect(length).toBeLessThan(200);
	});

	it('are answered before the words about garbage behind them', async () => {
		using connection = await RawConnection.open(target.port);
		connection.send(`${message('GET /healthz').repeat(3)}garbage\r\n\r\n`);
		await until(() => connection.isOver);
		const statuses = [...connection.heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
		expect(statuses).toEqual(['200', '200', '200', '400']);
	});

	it('are not answered behind a WebSocket, nor a WebSocket behind them', async () => {
		const { health = '', live = '' } = messagesFor(target);
		using before = await RawConnection.open(target.port);
		before.send(health + live);
		await until(() => before.isOver);
		expect(before.heard).not.toContain(' 101 ');
		using after = await RawConnection.open(target.port);
		after.send(live + health);
		await until(() => after.heard.includes(' 101 '));
		await rounds();
		expect(after.heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
	});

	it('are answered to a client that has closed its half', async () => {
		using connection = await RawConnection.open(target.port);
		connection.send(message('GET /healthz') + message('GET /readyz'));
		connection.endHalf();
		await until(() => connection.isOver);
		expect(connection.heard.match(/ 200 OK/g)).toHaveLength(2);
	});
});

const ATTACKS: Readonly<Record<string, Attack>> = {
	refusedBodies,
	streamAndMore,
	pipelinedStreams,
	allPairs,
	manyAtOnce,
	cutAnywhere,
	unreadAnswers,
};

describe('an attack', () => {
	it.each(Object.entries(ATTACKS))(
		'%s leaves the relay answering',
		async (_name, attack) => {
			const stop = new AbortController();
			const over = attack(target, stop.signal);
			try {
				for (let count = 0; count < 12; count++) {
					expect((await ask(`${relay.url}/healthz`)).status).toBe(200);
					await rounds(4);
				}
			} finally {
				stop.abort();
				await over;
			}
		},
		120_000,
	);
});
