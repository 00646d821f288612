// A relay on a disk that is full, read-only, failing, gone, or that does not answer: in memory, so that every call fails as
// the test says and when it says. The same on real file systems: real-disk.test.ts.
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { Peer } from '@oriel/testing/relay/peer';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { guestBrowser, ownerBrowser } from '@oriel/testing/relay/signed-in-browsers';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const FAULTS: Readonly<Record<string, (disk: MemoryDisk) => void>> = {
	full: (disk) => Object.assign(disk, { trouble: 'ENOSPC' }),
	'read-only': (disk) => Object.assign(disk, { trouble: 'EROFS' }),
	failing: (disk) => Object.assign(disk, { trouble: 'EIO' }),
	gone: (disk) => Object.assign(disk, { trouble: 'ENOENT' }),
	'hanging in its writes': (disk) => disk.hang('create', 'append', 'sync'),
	'hanging in all it does': (disk) =>
		disk.hang('create', 'append', 'sync', 'stat', 'read', 'rename', 'remove', 'list', 'setMode'),
};

let clock: FakeClock;
let disk: MemoryDisk;
let relay: RunningRelay;
let owner: TestBrowser;

beforeEach(async () => {
	clock = new FakeClock();
	disk = new MemoryDisk(() => clock.wall());
	relay = await RunningRelay.start({ clock, disk, cameras: ['door', 'roof'] });
	owner = ownerBrowser(relay, clock);
	await relay.relay.kept();
});

afterEach(async () => {
	disk.trouble = undefined;
	disk.goOn();
	await relay[Symbol.asyncDispose]();
});

/** What `promise` gives, while the time goes on. Throws if that takes longer than `mostMs` of it. */
async function inTime<T>(promise: Promise<T>, mostMs = 2000): Promise<T> {
	let isOver = false;
	const over = promise.finally(() => {
		isOver = true;
	});
	const began = clock.now();
	await until(() => {
		if (!isOver && clock.now() - began < mostMs * 1000) clock.advance(10);
		return isOver;
	});
	return over;
}

const secretOf = async (label: string) => (await inTime(owner.post('/api/tokens', { label }))).json.secret as string;

describe.each(Object.entries(FAULTS))('a disk that is %s', (_name, happens) => {
	it('stops no picture, no takeover, no revocation and no sign-in, and loses nothing in the end', async () => {
		await using agent = await relay.agent('door');
		await using viewer = await relay.viewer();
		agent.announce('door');
		viewer.watch('door');
		let sequence = 0;
		const showsPictures = async () => {
			const { length } = viewer.frames;
			agent.frame(sequence++, jpeg(sequence));
			await until(() => viewer.frames.length > length);
			const frame = viewer.frames.at(-1);
			if (frame) viewer.ack(frame);
		};
		await showsPictures();
		const token = await secretOf('revoked later');
		await using revoked = await relay.viewer(token);

		happens(disk);
		await showsPictures();

		// Signing in and out, inviting, sharing, pairing.
		const phone = new TestBrowser(relay.url);
		const link = relay.relay.owner.newSignInLink();
		expect((await inTime(phone.post('/api/session', { link }))).status).toBe(200);
		const invited = await inTime(phone.post('/api/people', { name: 'Ada', role: 'viewer' }));
		expect(invited.status).toBe(201);
		const guest = await inTime(guestBrowser(phone, relay.url, { cameras: ['door'] }));
		expect((await guest.browser.get('/api/cameras')).json.cameras).toHaveLength(1);
		await using watching = await guest.browser.live();
		const { code } = (await inTime(phone.post('/api/pairings', { camera: 'porch' }))).json;
		const joined = await inTime(new TestBrowser(relay.url).post('/api/join', { code }));
		expect(joined.json.camera).toBe('porch');
		await using porch = await Peer.open(`${relay.url}/agent`, joined.json.key);
		expect(porch.code).toBeUndefined();
		await showsPictures();

		// Taking a camera over.
		await using first = await relay.agent('roof');
		first.announce('roof');
		first.frame(0, jpeg(1));
		await until(() => first.last('ack'));
		await using second = await relay.agent('roof');
		second.announce('roof');
		second.frame(0, jpeg(2));
		await until(() => second.last('ack'));
		await showsPictures();

		// Revoking: before the answer, and long before the disk has it.
		const { tokens } = (await owner.get('/api/tokens')).json;
		const { id } = tokens.find(({ label }: { label: string }) => label === 'revoked later');
		const began = clock.now();
		expect((await inTime(owner.send('DELETE', `/api/tokens/${id}`))).status).toBe(204);
		expect(await revoked.closed()).toBe(4003);
		expect((await inTime(owner.send('DELETE', `/api/links/${guest.id}`))).status).toBe(204);
		expect(await watching.closed()).toBe(4003);
		expect(clock.now() - began).toBeLessThanOrEqual(2_000_000);
		expect((await inTime(phone.send('DELETE', '/api/session'))).status).toBe(204);
		expect((await phone.get('/api/people')).status).toBe(401);

		// Two minutes later, with all timers.
		for (let step = 0; step < 1200; step++) {
			clock.advance(100);
			if (step % 10 === 0) await showsPictures();
		}
		expect(relay.logged.match(/the data directory cannot be written/g)?.length).toBeLessThan(4);
		expect(relay.logged).toContain('the data directory cannot be written');
		expect((await owner.get('/api/events')).json.events.length).toBeGreaterThan(8);

		// It works again: all of it is there after the next start, and what was revoked is not.
		disk.trouble = undefined;
		disk.goOn();
		await until(() => {
			clock.advance(100);
			return relay.logged.includes('can be written again') || relay.logged.includes('took so long is over');
		});
		await relay.relay.kept();
		const at = (name: string) => JSON.parse(disk.text(`${relay.directory}/data/${name}.json`) ?? '{}')[name];
		expect(at('keys').map(({ camera }: { camera: string }) => camera)).toEqual(['door', 'roof', 'porch']);
		expect(at('people').map(({ name }: { name: string }) => name)).toEqual(['Ada']);
		expect([at('tokens'), at('links') ?? []]).toEqual([[expect.objectContaining({ label: 'test' })], []]);
		const events = disk.text(`${relay.directory}/data/events.jsonl`) ?? '';
		for (const kind of ['person-added', 'link-added', 'token-revoked']) expect(events).toContain(kind);
		expect(disk.mostAtOnce).toBeLessThanOrEqual(2);
	});
});

describe('a disk that takes ten seconds for each sync', () => {
	it('delays an answer by a second at most, and nothing else', async () => {
		const create = disk.create.bind(disk);
		const slow: Promise<void>[] = [];
		disk.create = async (path, text) => {
			if (path.endsWith('.tmp')) {
				const wait = new Promise<void>((resolve) => void clock.after(10_000, resolve));
				slow.push(wait);
				await wait;
			}
			return create(path, text);
		};
		const began = clock.now();
		for (let count = 0; count < 5; count++) await secretOf(`token ${count}`);
		expect(slow.length).toBeGreaterThan(0);
		// The first waits; from then on it is known that the disk is slow.
		expect(clock.now() - began).toBeLessThan(1_500_000);
		await inTime(
			until(() => disk.text(`${relay.directory}/data/tokens.json`)?.includes('token 4')),
			60_000,
		);
		disk.create = create;
		clock.advance(10_000);
	});
});

describe('a relay that starts', () => {
	it.each([
		['full', 'ENOSPC'],
		['read-only', 'EROFS'],
	] as const)('on a disk that is %s does so, with its keys, and says what it could not do', async (_words, trouble) => {
		const full = new MemoryDisk();
		const directory = `${relay.directory}/data`;
		for (const [path, { text }] of disk.files) {
			if (path !== `${directory}/relay.lock`) full.write(path, text);
		}
		full.trouble = trouble;
		await using late = await RunningRelay.start({ clock, disk: full, data: directory });
		expect(late.relay.setupToken).toBeDefined();
		const agent = await Peer.open(`${late.url}/agent`, relay.key('door'));
		expect(agent.code).toBeUndefined();
		await agent[Symbol.asyncDispose]();
		expect(late.logged).toContain('could not be locked');
		full.trouble = undefined;
	});

	it('on a disk that cannot be read does not', async () => {
		const broken = new MemoryDisk();
		broken.write(`${relay.directory}/data`, '');
		broken.trouble = 'EIO';
		await expect(RunningRelay.start({ clock, disk: broken, data: `${relay.directory}/data` })).rejects.toThrow('EIO');
	});
});
