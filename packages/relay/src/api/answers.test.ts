import { request as requestSecure } from 'node:https';
import {
	type AnswerOf,
	type BodyOf,
	cameras,
	certificate,
	controls,
	errorBody,
	events,
	health,
	ingest,
	install,
	invitations,
	join,
	keys,
	links,
	metrics,
	type Operation,
	outside,
	pairings,
	password,
	people,
	pictures,
	readAnswer,
	resources,
	session,
	sessions,
	setup,
	type TargetOf,
	targetOf,
	tokens,
	viewers,
} from '@oriel/api';
import type { CameraControl, Controls } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { h264 } from '@oriel/testing/h264';
import { jpeg } from '@oriel/testing/jpegs';
import { type Asked, ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { EndlessReader } from '@oriel/testing/relay/endless';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerCookie } from '@oriel/testing/relay/session';
import { ownerBrowser, PASSWORD } from '@oriel/testing/relay/signed-in-browsers';
import { TestUpload } from '@oriel/testing/relay/upload';
import { until } from '@oriel/testing/turns';
import * as v from 'valibot';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

// Requests every operation of the package `api` from a running relay. An answer must have all members that its schema
// has, and no other: a page ignores members that it does not know, so that here is where one too many is found.

const OTHER_PASSWORD = 'another good long password';
const BRIGHTNESS: CameraControl = {
	name: 'brightness',
	label: 'Brightness',
	kind: 'menu',
	min: 0,
	max: 1,
	step: 1,
	usual: 0,
	value: 0,
	choices: [{ value: 0, label: 'Low' }],
	restarts: false,
};

/** Operations that were requested. */
const requested = new Set<Operation>();

let clock: FakeClock;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door'] });
	owner = ownerBrowser(relay, clock);
});
afterEach(() => relay[Symbol.asyncDispose]());
afterAll(() => {
	const left = Object.entries(resources).flatMap(([resource, all]) =>
		Object.entries(all).flatMap(([name, operation]) => (requested.has(operation) ? [] : [`${resource}.${name}`])),
	);
	expect(left, 'operations that were not requested').toEqual([]);
});

/** Fails unless the answer is what the operation promises, to the last member. */
function expectWhole<O extends Operation>(
	operation: O,
	status: number,
	type: string | undefined,
	json: unknown,
): AnswerOf<O> {
	requested.add(operation);
	expect(status, JSON.stringify(json)).toBe(operation.status);
	const answer = readAnswer(operation, json);
	if (operation.answer) expect(answer, `${operation.method} ${operation.path}`).toStrictEqual(json);
	const media = operation.answer ? 'application/json' : operation.media;
	expect(type?.split(';')[0]).toBe(media);
	return answer;
}

type CallOf<O extends Operation> = Partial<TargetOf<O>> & { readonly body?: BodyOf<O> };

async function call<O extends Operation>(
	browser: TestBrowser,
	operation: O,
	more: CallOf<O> = {},
): Promise<AnswerOf<O>> {
	const target = targetOf(operation, more as TargetOf<O>);
	const { status, headers, json } = await browser.send(operation.method, target, more.body);
	return expectWhole(operation, status, headers['content-type'], json);
}

describe('the relay answers as the package says', () => {
	it('those who sign in and out', async () => {
		await using fresh = await RunningRelay.start({ clock: new FakeClock() });
		const browser = new TestBrowser(fresh.url);
		expect((await call(browser, session.read)).setUp).toBe(false);
		const token = fresh.relay.setupToken ?? '';
		expect((await call(browser, setup.complete, { body: { token, password: PASSWORD } })).role).toBe('owner');
		await call(browser, password.change, { body: { current: PASSWORD, password: OTHER_PASSWORD } });
		const other = new TestBrowser(fresh.url);
		await call(other, session.open, { body: { password: OTHER_PASSWORD } });
		const listed = (await call(browser, sessions.list)).sessions;
		expect(listed.map(({ current }) => current).sort()).toEqual([false, true]);
		const id = listed.find(({ current }) => !current)?.id ?? '';
		await call(browser, sessions.revoke, { params: { session: id } });
		await call(browser, session.close);
		expect((await call(browser, session.read)).signedIn).toBe(false);
	});

	it('an owner who invites people', async () => {
		const { person, token } = await call(owner, people.add, {
			body: { name: 'Ada', role: 'viewer', cameras: ['door'] },
		});
		const params = { person: person.id };
		const ada = new TestBrowser(relay.url);
		await call(ada, invitations.look, { body: { token } });
		await call(ada, invitations.accept, { body: { token, password: PASSWORD } });
		await call(owner, people.change, { params, body: { cameras: null } });
		await call(owner, people.invite, { params });
		const { people: listed } = await call(owner, people.list);
		expect(listed.map(({ state, invitedUntil }) => [state, invitedUntil !== null])).toEqual([
			['invited', false],
			['active', true],
		]);
		await call(owner, people.remove, { params });
	});

	it('an owner who shares cameras, and guests', async () => {
		const { link, token } = await call(owner, links.add, { body: { cameras: ['door'], maxViewers: 3 } });
		const guest = new TestBrowser(relay.url);
		expect((await call(guest, session.open, { body: { share: token } })).link?.maxViewers).toBe(3);
		expect((await call(guest, session.read)).role).toBe('guest');
		await call(guest, cameras.list);
		expect((await call(owner, sessions.list)).sessions[0]?.guestOf).toBe(link.id);
		expect((await call(owner, links.list)).links).toEqual([link]);
		await call(owner, links.revoke, { params: { link: link.id } });
	});

	it('an owner who makes tokens', async () => {
		await call(owner, tokens.add, { body: { label: 'VLC' } });
		const { token } = await call(owner, tokens.add, {
			body: { label: 'HA', cameras: ['door'], expiresInSeconds: 3600 },
		});
		expect((await call(owner, tokens.list)).tokens).toHaveLength(2);
		await call(owner, tokens.revoke, { params: { token: token.id } });
	});

	it('an owner who adds and removes cameras, and their machines', async () => {
		const { pairing, code } = await call(owner, pairings.start, { body: { camera: 'porch' } });
		const params = { pairing: pairing.id };
		expect((await call(owner, pairings.read, { params })).pairing).toEqual(pairing);
		const machine = new TestBrowser(relay.url);
		await call(machine, join.spend, { body: { code, machine: 'pi-porch' } });
		const read = await call(owner, pairings.read, { params, query: { unless: 'waiting' } });
		expect(read.pairing).toMatchObject({ state: 'joined', machine: 'pi-porch' });
		const second = await call(owner, pairings.start, { body: { camera: 'porch', replace: true } });
		const header = await ask(`${relay.url}/api/join/header`, { method: 'POST', body: second.code });
		expectAsked(join.header, header);
		expect((await call(owner, pairings.list)).pairings).toHaveLength(2);
		await call(owner, pairings.cancel, { params });
		const key = (await call(owner, keys.list)).keys.find(({ camera }) => camera === 'porch');
		await call(owner, keys.revoke, { params: { key: key?.id ?? '' } });
		await call(owner, cameras.remove, { params: { camera: 'door' } });
	});

	it('an owner who watches a camera and changes it', async () => {
		await using agent = await sending('jpeg');
		const params = { camera: 'door' };
		const { cookie } = owner;
		await EndlessReader.open(`${relay.url}${targetOf(pictures.mjpeg, { params })}`, { cookie });
		await using page = await owner.live();
		page.watch('door');
		page.ack(await until(() => page.frames[0]), 187);
		await until(async () => (await call(owner, viewers.list, { params })).viewers.some(({ ageMs }) => ageMs));
		const limited = { state: 'live', since: 0, limited: 'The uplink carries no more', reason: 'slow' } as const;
		agent.send({ type: 'status', camera: 1, ...limited });
		await until(async () => (await call(owner, cameras.list)).cameras[0]?.limited);

		expect((await call(owner, controls.read, { params })).isOffered).toBe(false);
		const offer: Controls = { controls: [BRIGHTNESS], state: 'ready', isChanged: false, answers: 0 };
		agent.send({ type: 'controls', camera: 1, ...offer });
		await until(async () => (await call(owner, controls.read, { params })).isOffered);
		const changed = call(owner, controls.change, { params, body: { values: [{ name: 'brightness', value: 0 }] } });
		const { number } = await until(() => agent.last('control'));
		agent.send({ type: 'controls', camera: 1, ...offer, isChanged: true, problem: 'Only in part', answers: number });
		expect((await changed).problem).toBe('Only in part');
	});

	it('an owner whose camera runs an older program', async () => {
		await using later = await RunningRelay.start({ clock, cameras: ['door'], version: '0.2.0' });
		const boss = ownerBrowser(later, clock);
		await using agent = await Peer.open(`${later.url.replace('http', 'ws')}/agent`, later.key('door'));
		agent.send({ type: 'hello', version: 1, software: 'oriel-agent/0.1.9', capabilities: [] });
		agent.announce('door');
		const outdated = await until(async () => (await call(boss, cameras.list)).cameras[0]?.outdated);
		const update = `curl -fsS ${later.url}/install.sh | sudo sh -s -- update`;
		expect(outdated).toEqual({ version: '0.1.9', update });
		// A program that watches is told nothing of what runs where.
		const headers = { authorization: `Bearer ${later.token({ cameras: ['door'] })}` };
		const told = await ask(`${later.url}/api/cameras`, { headers });
		expect([told.status, told.text.includes('"door"'), told.text.includes('outdated')]).toEqual([200, true, false]);
	});

	it('an owner whose camera is in trouble', async () => {
		await using agent = await sending('h264');
		await until(async () => (await call(owner, cameras.list)).cameras[0]?.codecString);
		await agent[Symbol.asyncDispose]();
		await until(async () => (await call(owner, cameras.list)).cameras[0]?.reason);
		await using upload = new TestUpload(`${relay.url}/cameras/door/ingest`, relay.key('door'));
		upload.write('no picture'.repeat(10_000));
		await until(() => upload.status);
		await until(async () => (await call(owner, cameras.list)).cameras[0]?.problem);
	});

	it('an owner who looks after the relay', async () => {
		expect(await call(owner, certificate.read)).toEqual({ source: 'none', state: 'none' });
		expect(await call(owner, outside.read)).toEqual({ ipv4: null, ipv6: null });
		await call(owner, links.add, { body: { cameras: ['door'] } });
		expect((await call(owner, events.list, { query: { limit: 1 } })).events[0]?.kind).toBe('link-added');
		await call(owner, health.alive);
		await call(owner, health.ready);
		expectAsked(metrics.read, await ask(`${relay.url}${metrics.read.path}`));
	});

	it('an owner whose relay has a certificate', async () => {
		// TLS goes by the machine's time.
		const wall = new FakeClock(1_000_000_000, Date.now());
		await using secure = await RunningRelay.start({ clock: wall, tls: { mode: 'self-signed', httpPort: null } });
		const cookie = `__Host-${ownerCookie(secure.files, wall)}`;
		wall.advance(500);
		const { port } = secure.relay;
		const answer = await new Promise<{ status: number; type: string | undefined; text: string }>((resolve, reject) => {
			const { method, path } = certificate.read;
			const question = { method, port, path, host: '127.0.0.1', headers: { cookie }, agent: false };
			const sent = requestSecure({ ...question, ca: secure.relay.tls?.certificate.cert }, (response) => {
				let text = '';
				response.setEncoding('utf8').on('data', (part) => {
					text += part;
				});
				const { statusCode: status = 0, headers } = response;
				response.on('end', () => resolve({ status, type: headers['content-type'], text }));
			});
			sent.on('error', reject).end();
		});
		const report = expectWhole(certificate.read, answer.status, answer.type, JSON.parse(answer.text));
		expect(report.source).toBe('self-signed');
	});

	it('programs that watch', async () => {
		const headers = { authorization: `Bearer ${relay.token()}` };
		const watch = async (operation: Operation) => {
			const url = `${relay.url}${operation.path.replace(':camera', 'door')}`;
			expectAsked(operation, await ask(url, { headers, headOnly: true }));
		};
		{
			await using _agent = await sending('jpeg');
			await watch(pictures.mjpeg);
			await watch(pictures.seed);
			await watch(pictures.snapshot);
		}
		await using _agent = await sending('h264');
		await watch(pictures.mp4);
	});

	it.each([ingest.put, ingest.post])('programs that send: $method', async (operation) => {
		const url = `${relay.url}${targetOf(operation, { params: { camera: 'door' } })}`;
		await using upload = new TestUpload(url, relay.key('door'), {}, operation.method);
		upload.write(jpeg(1));
		upload.call.end();
		const { status, headers, json } = await upload.answer();
		expect(expectWhole(operation, status, headers['content-type'], json).frames).toBe(1);
	});

	it('machines beside a camera', async () => {
		const headers = { authorization: `Bearer ${relay.key('door')}` };
		expectAsked(ingest.state, await ask(`${relay.url}${ingest.state.path.replace(':camera', 'door')}`, { headers }));
		expectAsked(install.script, await ask(`${relay.url}${install.script.path}`));
		expectAsked(install.package, await ask(`${relay.url}${install.package.path.replace('VERSION', '0.0.0')}`));
	});

	it.each(['/api/people', '/api/nowhere', '/live'])('those who are refused: %s', async (path) => {
		const { status, json } = await new TestBrowser(relay.url).get(path);
		expect(status).toBeGreaterThanOrEqual(400);
		expect(v.parse(errorBody, json)).toStrictEqual(json);
	});
});

function expectAsked(operation: Operation, { status, headers }: Asked): void {
	expectWhole(operation, status, headers['content-type'], undefined);
}

/** The agent of `door`, which has sent a picture. */
async function sending(codec: 'jpeg' | 'h264'): Promise<Peer> {
	const agent = await relay.agent('door');
	const [unit] = h264('k');
	agent.announce('door', codec === 'h264' ? { codec, codecString: 'avc1.42C01E' } : {});
	agent.frame(0, codec === 'h264' ? (unit?.annexB ?? new Uint8Array()) : jpeg(1));
	await until(() => agent.last('ack'));
	return agent;
}
