import type { CameraControl, Controls } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import type { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { CONTROL_WAIT_MS } from '../core/controls.ts';

const BRIGHTNESS: CameraControl = {
	name: 'brightness',
	label: '<b>Brightness</b>',
	kind: 'range',
	min: -64,
	max: 64,
	step: 1,
	usual: 0,
	value: 0,
	choices: [],
	restarts: false,
};
const OFFER: Controls = { controls: [BRIGHTNESS], state: 'ready', isChanged: false, answers: 0 };
const PATH = '/api/cameras/door/controls';

async function setUp() {
	const clock = new FakeClock();
	const relay = await RunningRelay.start({ clock, cameras: ['door'] });
	const owner = ownerBrowser(relay, clock);
	const agent = await relay.agent('door');
	agent.announce('door');
	const tell = async (peer: Peer, controls: Controls) => {
		peer.send({ type: 'controls', camera: 1, ...controls });
		peer.send({ type: 'ping', sentAt: 7 });
		const pongs = peer.all('pong').length;
		await until(() => peer.all('pong').length > pongs);
	};
	const close = async () => {
		await agent[Symbol.asyncDispose]();
		await relay[Symbol.asyncDispose]();
	};
	return { clock, relay, owner, agent, tell, [Symbol.asyncDispose]: close };
}

it('are what the agent offers, until its stream ends', async () => {
	await using on = await setUp();
	expect((await on.owner.get(PATH)).json).toMatchObject({ isOffered: false, controls: [] });
	await on.tell(on.agent, OFFER);
	expect((await on.owner.get(PATH)).json).toEqual({
		isOffered: true,
		controls: [BRIGHTNESS],
		state: 'ready',
		isChanged: false,
		problem: null,
	});
	on.agent.send({ type: 'withdraw', camera: 1 });
	await until(async () => (await on.owner.get(PATH)).json.isOffered === false);
});

it('reach the agent as names and numbers, and the answer waits for what came of it', async () => {
	await using on = await setUp();
	await on.tell(on.agent, OFFER);
	const answer = on.owner.post(PATH, { values: [{ name: 'brightness', value: 12 }] });
	const request = await until(() => on.agent.last('control'));
	expect(request).toMatchObject({ camera: 1, reset: false, values: [{ name: 'brightness', value: 12 }] });
	await on.tell(on.agent, { ...OFFER, answers: request.number - 1 });
	const changed = { controls: [{ ...BRIGHTNESS, value: 12 }], isChanged: true, answers: request.number };
	await on.tell(on.agent, { ...OFFER, ...changed });
	expect(await answer).toMatchObject({ status: 200, json: { isChanged: true, controls: [{ value: 12 }] } });
	const { json } = await on.owner.get('/api/events');
	expect(json.events[0]).toMatchObject({ kind: 'camera-controlled', about: 'door: brightness 12' });
});

it('are given up when the agent does not answer; requests are counted up', async () => {
	await using on = await setUp();
	await on.tell(on.agent, OFFER);
	const numbers: number[] = [];
	for (let count = 1; count <= 2; count++) {
		const answer = on.owner.post(PATH, { reset: true });
		await until(() => on.agent.all('control').length === count);
		numbers.push(on.agent.last('control')?.number ?? 0);
		on.clock.advance(CONTROL_WAIT_MS);
		expect(await answer).toMatchObject({ status: 408, code: 'timed-out' });
	}
	expect(numbers[1]).toBeGreaterThan(numbers[0] ?? 0);
	const { json } = await on.owner.get('/api/events');
	const noted = json.events.filter(({ kind }: { kind: string }) => kind === 'camera-controlled');
	expect(noted.length, 'one a minute').toBe(1);
});

it.each([
	[{ values: [{ name: 'contrast', value: 1 }] }, 400],
	[{ values: [{ name: 'brightness', value: 65 }] }, 400],
	[{ values: [{ name: 'brightness', value: '1' }] }, 400],
	[{ values: [{ name: '../brightness', value: 1 }] }, 400],
	[{ values: [] }, 400],
	[{}, 400],
])('refuses %j, and tells the agent nothing', async (body, status) => {
	await using on = await setUp();
	await on.tell(on.agent, OFFER);
	expect((await on.owner.post(PATH, body)).status).toBe(status);
	await on.tell(on.agent, OFFER);
	expect(on.agent.all('control')).toEqual([]);
});

it('are never asked of an agent that offers none', async () => {
	await using on = await setUp();
	expect(await on.owner.post(PATH, { reset: true })).toMatchObject({ status: 501, code: 'not-supported' });
});

it('of a camera that was not announced end the connection', async () => {
	await using on = await setUp();
	on.agent.send({ type: 'controls', camera: 9, ...OFFER });
	expect(await on.agent.closed()).toBe(1002);
});
