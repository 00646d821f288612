import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { EndlessReader } from '@oriel/testing/relay/endless';
import { named } from '@oriel/testing/relay/named';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerCookie } from '@oriel/testing/relay/session';
import { until } from '@oriel/testing/turns';
import { until as eventually } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { Hub } from '../core/hub.ts';
import { cameraRoutes, MAX_VIEWERS_LISTED } from './cameras.ts';

async function setUp() {
	const clock = new FakeClock();
	const relay = await RunningRelay.start({ clock, cameras: ['door'] });
	const headers = { cookie: ownerCookie(relay.files, clock), origin: relay.url };
	clock.advance(1000); // the files are read again
	const list = async () => {
		const { status, text } = await ask(`${relay.url}/api/cameras/door/viewers`, { headers });
		expect(status).toBe(200);
		return JSON.parse(text) as { total: number; viewers: Record<string, unknown>[] };
	};
	return { clock, relay, headers, list, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

describe('GET /api/cameras/NAME/viewers', () => {
	it('tells of each viewer since when it watches, and how old what it shows is', async () => {
		await using on = await setUp();
		const { clock, relay, list } = on;
		expect(await list()).toEqual({ total: 0, viewers: [] });
		await using agent = await relay.agent('door');
		agent.announce('door');
		agent.frame(0, jpeg(1));
		await until(() => agent.last('ack'));
		clock.advance(1000);
		await using viewer = await relay.viewer();
		const since = new Date(clock.wall()).toISOString();
		viewer.watch('door');
		const shown = await until(() => viewer.frames[0]);
		expect((await list()).viewers).toEqual([{ transport: 'live', since, frames: 1, dropped: 0 }]);
		clock.advance(1500);
		const shownAt = new Date(clock.wall()).toISOString();
		viewer.ack(shown, 187.4);
		const told = await eventually('an age', async () =>
			(await list()).viewers.find(({ ageMs }) => ageMs !== undefined),
		);
		expect(told).toEqual({ transport: 'live', since, frames: 1, dropped: 0, ageMs: 187, shownAt });
		await EndlessReader.open(`${relay.url}/cameras/door/stream.mjpg`, on.headers);
		expect(await list()).toMatchObject({
			total: 2,
			viewers: [{ transport: 'live' }, { transport: 'mjpeg', frames: 1 }],
		});
	});

	it('forgets a viewer that has left', async () => {
		await using on = await setUp();
		on.clock.advance(1000);
		const viewer = await on.relay.viewer();
		viewer.watch('door');
		await eventually('the viewer', async () => (await on.list()).total === 1);
		await viewer[Symbol.asyncDispose]();
		await eventually('no viewer', async () => (await on.list()).total === 0);
	});

	it('lists no more than 200, and counts all', async () => {
		const clock = new FakeClock();
		const hub = new Hub({ clock, log: silentLog, maxCameras: 1 });
		hub.setCameras(named(['door']));
		const facts = { since: clock.now(), frames: 0, dropped: 0 };
		const camera = hub.camera('door');
		for (let count = 0; count < 250; count++) {
			camera?.video.attach({ transport: 'live', facts, offer() {}, cameraRemoved() {} });
		}
		camera?.video.attach({ transport: 'snapshot', offer() {}, cameraRemoved() {} });
		const route = cameraRoutes({ hub, clock, version: '0.0.0', pin: () => undefined }).find(({ path }) =>
			path.endsWith('/viewers'),
		);
		let answer = '';
		const response = { writeHead() {}, end: (text: string) => (answer = text) };
		await route?.handle({ response, params: { camera: 'door' } } as never);
		const { total, viewers } = JSON.parse(answer) as { total: number; viewers: unknown[] };
		expect([total, viewers.length]).toEqual([250, MAX_VIEWERS_LISTED]);
		expect(MAX_VIEWERS_LISTED).toBe(200);
	});

	it('knows no camera that is not there', async () => {
		await using on = await setUp();
		const { status } = await ask(`${on.relay.url}/api/cameras/nowhere/viewers`, { headers: on.headers });
		expect(status).toBe(404);
	});
});
