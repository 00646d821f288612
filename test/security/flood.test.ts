// What one client sends too much of must not be felt by others: counts, not times. How long others wait meanwhile is
// measured by `npm run bench flood`.
import type { Attack, Target } from '@oriel/testing/attack';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_CALL_BURST } from '../../packages/relay/src/api/request-rates.ts';
import { MAX_NEWS_BURST, MAX_NEWS_PER_SECOND } from '../../packages/relay/src/core/news.ts';
import * as byAgent from './attacks/flood-agent.ts';
import * as byHttp from './attacks/flood-http.ts';
import * as byViewer from './attacks/flood-live.ts';

/** Pictures that the honest camera sends during each flood, five a second. */
const PICTURES = 5;
const PICTURE_MS = 200;
const MANY = Array.from({ length: 50 }, (_, index) => `camera-${index + 1}`);

let clock: FakeClock;
let relay: RunningRelay;
let target: Target;
let camera: Peer;
let viewer: Peer;

beforeEach(async () => {
	clock = new FakeClock();
	relay = await RunningRelay.start({ clock, cameras: ['door', 'hostile', ...MANY] });
	const { token: share } = await guestBrowser(ownerBrowser(relay, clock), relay.url, { cameras: ['door'] });
	const { port } = relay.relay;
	const given = { token: relay.token(), share, key: relay.key('hostile') };
	target = { port, camera: 'door', hostileCamera: 'hostile', ...given };
	clock.advance(1000);
	camera = await relay.agent('door');
	camera.announce('door');
	viewer = await relay.viewer();
	viewer.watch('door');
	await picture(1);
});

afterEach(async () => {
	await camera[Symbol.asyncDispose]();
	await viewer[Symbol.asyncDispose]();
	await relay[Symbol.asyncDispose]();
});

/** One picture from the honest camera to the honest viewer. */
async function picture(sequence: number): Promise<void> {
	const { length } = viewer.frames;
	camera.frame(sequence, jpeg(sequence));
	await until(() => viewer.frames.length > length);
	const newest = viewer.frames.at(-1);
	if (newest) viewer.ack(newest, 5);
}

/** Runs `attack` while a second goes by. */
async function during(attack: Attack): Promise<void> {
	const over = new AbortController();
	const attacked = attack(target, over.signal);
	for (let index = 0; index < PICTURES; index++) {
		await picture(index + 2);
		clock.advance(PICTURE_MS);
	}
	over.abort();
	await attacked;
}

describe.each([
	['a viewer', Object.entries(byViewer)],
	['an agent', Object.entries(byAgent)],
	['any client over HTTP', Object.entries(byHttp)],
])('a flood by %s', (_who, attacks) => {
	it.each(attacks)(
		'of %s reaches no others',
		async (_name, attack) => {
			await during(attack);
			expect([camera.code, viewer.code]).toEqual([undefined, undefined]);
			expect(viewer.frames.length).toBe(PICTURES + 1);
			expect(relay.logged).not.toContain('"error"');
		},
		20_000,
	);
});

describe('what others are told', () => {
	it('of a camera whose reason changes all the time is limited for each of them', async () => {
		await during(byAgent.statuses);
		const { camera: number } = viewer.all('announce').find(({ name }) => name === 'hostile') ?? { camera: 0 };
		const told = viewer.all('status').filter((status) => status.camera === number);
		// A second of pictures, and the second before them.
		expect(told.length).toBeLessThanOrEqual(1 + MAX_NEWS_BURST + 2 * MAX_NEWS_PER_SECOND);
	}, 20_000);
});

describe('who sends too much', () => {
	const ack = (sequence: number) => ({ type: 'ack', camera: 1, sequence, ageMs: undefined }) as const;

	it.each([
		['acks of nothing', (peer: Peer, count: number) => peer.send(ack(count))],
		['the same watch again and again', (peer: Peer) => peer.watch('door', ...MANY)],
		['hellos', (peer: Peer) => peer.send({ type: 'hello', version: 1, software: 'x', capabilities: [] })],
		['pings', (peer: Peer) => peer.send({ type: 'ping', sentAt: 0 })],
	])('as a viewer, %s, is told so and sent away; others are not', async (_words, send) => {
		await using greedy = await relay.viewer();
		// What its network has in common is spent first.
		for (let count = 0; count < 5000 && greedy.code === undefined; count++) send(greedy, count);
		expect(await greedy.closed()).toBe(1002);
		expect(greedy.last('goodbye')?.message).toMatch(/^Too many messages: .* 10 messages a second \(40 at once\)/);
		// Of what is its own, each still has all: a neighbour behind the same address notices nothing.
		for (let count = 0; count < 30; count++) viewer.send({ type: 'ping', sentAt: count });
		await until(() => viewer.all('pong').length >= 30);
		await picture(2);
		expect([camera.code, viewer.code]).toEqual([undefined, undefined]);
	});

	it('as an agent, pictures that are none, is sent away; its camera is offline', async () => {
		await using greedy = await relay.agent('hostile');
		greedy.announce('hostile');
		for (let count = 0; count < 1100; count++) greedy.frame(count, new Uint8Array(1));
		await until(() => greedy.last('ack')?.sequence === 1099);
		await using empty = await relay.viewer();
		for (let count = 0; count < 3000 && empty.code === undefined; count++) empty.send(ack(count));
		await empty.closed();
		clock.advance(1000);
		for (let count = 1100; count < 1700 && greedy.code === undefined; count++) greedy.frame(count, new Uint8Array(1));
		expect(await greedy.closed()).toBe(1002);
	});
});

describe('who sends much and may', () => {
	it('is an agent with 480 pictures a second, and a viewer that acknowledges each of them', async () => {
		await using agent = await relay.agent('hostile');
		agent.announce('hostile');
		viewer.watch('hostile');
		viewer.onFrame = (frame) => viewer.ack(frame, 5);
		for (let sequence = 0; sequence < 3 * 480; sequence++) {
			agent.frame(sequence, jpeg(sequence % 200));
			if (sequence % 48 === 47) {
				await until(() => agent.last('ack')?.sequence === sequence);
				clock.advance(100);
			}
		}
		expect([agent.code, viewer.code]).toEqual([undefined, undefined]);
	});
});

describe('who calls too often', () => {
	it('is told when to come back, on a connection that is closed; others are answered', async () => {
		const authorization = `Bearer ${relay.token()}`;
		const call = (headers: Record<string, string>) => ask(`${relay.url}/api/cameras`, { headers });
		for (let count = 0; count < MAX_CALL_BURST; count++) expect((await call({ authorization })).status).toBe(200);
		const refused = await call({ authorization });
		expect([refused.status, refused.headers['retry-after'], refused.headers.connection]).toEqual([429, '1', 'close']);
		expect(JSON.parse(refused.text).error.code).toBe('too-many-requests');
		expect((await call({ authorization: `Bearer ${relay.token()}` })).status).toBe(200);
		clock.advance(1000);
		expect((await call({ authorization })).status).toBe(200);
	}, 20_000);
});
