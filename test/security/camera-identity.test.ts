// A grant, a link, a token and a code are for a camera, not for its name: what comes later under the name is another one.
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { ask } from '@oriel/testing/relay/ask';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { addedBrowser, guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, removeKeys } from '../../packages/relay/src/auth/keys.ts';

const clock = new FakeClock();
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	relay = await RunningRelay.start({ clock, cameras: ['door', 'yard'] });
	owner = ownerBrowser(relay, clock);
});
afterEach(() => relay[Symbol.asyncDispose]());

/** Sends one picture with this publish key. */
async function publish(camera: string, key: string, picture = jpeg(1)): Promise<void> {
	await using agent = await Peer.open(`${relay.url.replace('http', 'ws')}/agent`, key);
	agent.announce(camera);
	agent.frame(0, picture);
	await until(() => agent.last('ack'));
}

/** The relay has read of a key that the command line added. */
const untilGood = (key: string) =>
	until(async () => {
		clock.advance(500);
		return (await ask(`${relay.url}/agent`, { headers: { authorization: `Bearer ${key}` } })).status !== 401;
	});

/** Everything that was ever granted for the camera `door`: who asks, and what they may see of it. */
async function allCallers() {
	const { browser: viewer } = await addedBrowser(owner, relay, clock, { name: 'Ada', cameras: ['door', 'yard'] });
	const { browser: guest } = await guestBrowser(owner, relay.url, { cameras: ['door', 'yard'] });
	const token = relay.token({ cameras: ['door', 'yard'] });
	const headers = { authorization: `Bearer ${token}` };
	const statuses = async (camera: string) => [
		(await viewer.get(`/cameras/${camera}/snapshot.jpg`)).status,
		(await guest.get(`/cameras/${camera}/snapshot.jpg`)).status,
		(await ask(`${relay.url}/cameras/${camera}/snapshot.jpg`, { headers })).status,
	];
	return { statuses };
}

describe('after a camera was removed and another one got its name', () => {
	const REMOVALS: [string, () => Promise<unknown>][] = [
		['on the page', () => owner.send('DELETE', '/api/cameras/door')],
		[
			'by its last key',
			async () => {
				const { json } = await owner.get('/api/keys');
				for (const { id, camera } of json.keys) if (camera === 'door') await owner.send('DELETE', `/api/keys/${id}`);
			},
		],
		['by the command line', () => relay.byCommandLine((files) => removeKeys(files, 'door'))],
	];

	it.each(REMOVALS)('no viewer of the first sees the second: removed %s', async (_how, remove) => {
		await publish('door', relay.key('door'));
		await publish('yard', relay.key('yard'));
		const { statuses } = await allCallers();
		expect(await statuses('door')).toEqual([200, 200, 200]);
		await remove();
		const key = await relay.byCommandLine((files) => addKey(files, clock, 'door'));
		await untilGood(key);
		await publish('door', key, jpeg(7));
		expect(await statuses('door')).toEqual([403, 403, 403]);
		expect(await statuses('yard')).toEqual([200, 200, 200]);
		const { people } = (await owner.get('/api/people')).json;
		expect(people.at(-1)).toMatchObject({ name: 'Ada', cameras: ['yard'] });
		expect((await owner.get('/api/links')).json.links).toMatchObject([{ cameras: ['yard'] }]);
	});

	it('a code that was made for the first adds nothing', async () => {
		const { code } = (await owner.post('/api/pairings', { camera: 'door' })).json;
		await owner.send('DELETE', '/api/cameras/door');
		await relay.byCommandLine((files) => addKey(files, clock, 'door'));
		expect((await new TestBrowser(relay.url).post('/api/join', { code })).status).toBe(401);
	});

	it('the last picture of the first is not shown as that of the second, however quickly they follow', async () => {
		await publish('door', relay.key('door'));
		await relay.byCommandLine((files) => {
			removeKeys(files, 'door');
			addKey(files, clock, 'door');
		});
		const see = async () => (await owner.get('/cameras/door/snapshot.jpg')).status;
		await until(async () => {
			clock.advance(500);
			return (await see()) === 503;
		});
	});
});

describe('a camera that the command line adds, and that is granted before the relay has read of it', () => {
	async function granted() {
		const key = await relay.byCommandLine((files) => addKey(files, clock, 'gate'));
		const token = relay.token({ cameras: ['gate'] });
		const { browser: guest } = await guestBrowser(owner, relay.url, { cameras: ['gate'] });
		const path = '/cameras/gate/snapshot.jpg';
		const headers = { authorization: `Bearer ${token}` };
		const statuses = async () => [
			(await guest.get(path)).status,
			(await ask(`${relay.url}${path}`, { headers })).status,
		];
		return { key, statuses };
	}

	it('is seen by who was let in', async () => {
		const { key, statuses } = await granted();
		await untilGood(key);
		await publish('gate', key);
		expect(await statuses()).toEqual([200, 200]);
	});

	it('is not what they see once it was removed and another one got its name', async () => {
		const { key, statuses } = await granted();
		await untilGood(key);
		await publish('gate', key);
		await relay.byCommandLine((files) => removeKeys(files, 'gate'));
		const next = await relay.byCommandLine((files) => addKey(files, clock, 'gate'));
		await untilGood(next);
		await publish('gate', next, jpeg(7));
		expect(await statuses()).toEqual([403, 403]);
	});
});

describe('a share link whose cameras are all gone', () => {
	it('lets a guest in, who sees no camera', async () => {
		const made = await owner.post('/api/links', { cameras: ['door'] });
		await owner.send('DELETE', '/api/cameras/door');
		const guest = new TestBrowser(relay.url);
		const opened = await guest.post('/api/session', { share: made.json.token });
		expect(opened.json).toMatchObject({ signedIn: true, role: 'guest' });
		expect((await guest.get('/api/cameras')).json.cameras).toEqual([]);
	});
});

describe('a camera that stays', () => {
	it('keeps its grants when its key is replaced, and when it gets one more', async () => {
		await publish('door', relay.key('door'));
		const { statuses } = await allCallers();
		const { code } = (await owner.post('/api/pairings', { camera: 'door', replace: true })).json;
		const joined = await new TestBrowser(relay.url).post('/api/join', { code });
		await publish('door', joined.json.key);
		await relay.byCommandLine((files) => addKey(files, clock, 'door'));
		expect(await statuses('door')).toEqual([200, 200, 200]);
	});

	it('takes over what was granted before it was there', async () => {
		const token = relay.token({ cameras: ['gate'] });
		const key = await relay.byCommandLine((files) => addKey(files, clock, 'gate'));
		await until(async () => {
			clock.advance(500);
			const { status } = await ask(`${relay.url}/cameras/gate/snapshot.jpg`, {
				headers: { authorization: `Bearer ${token}` },
			});
			return status === 503;
		});
		await publish('gate', key);
	});
});
