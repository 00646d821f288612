import { silentLog } from '@oriel/base';
import { FakeClock, turn } from '@oriel/testing/fake-clock';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { beforeEach, describe, expect, it } from 'vitest';
import { Access, LOOK_WAIT_MS, MAX_LOOKS_A_SECOND } from './access.ts';
import { EventLog } from './event-log.ts';
import { addKey, removeKeys } from './keys.ts';
import { CAMERAS, CORE_PERMISSIONS, Policy } from './policy.ts';
import { changeData, openRelayDirectory, type RelayDirectory } from './store/data-directory.ts';

let clock: FakeClock;
let disk: MemoryDisk;
let data: RelayDirectory;
let access: Access;

beforeEach(async () => {
	clock = new FakeClock();
	disk = new MemoryDisk();
	data = await openRelayDirectory('/data', { clock, log: silentLog, disk });
	const events = await EventLog.open({ directory: '/data', disk, writer: data.writer, clock });
	const policy = new Policy(CORE_PERMISSIONS, { 'camera.publish': CAMERAS });
	access = new Access({ data, policy, clock, events });
});

const elsewhere = (change: Parameters<typeof changeData<string>>[2]) =>
	changeData('/data', { clock, log: silentLog, disk }, change);
const withSecret = (secret: string) => ({ secret });
const admit = async (secret: string) => access.admit(withSecret(secret), 'camera.publish', 'door');

describe('a secret that is not known', () => {
	it('and was made by another program a moment ago opens at once', async () => {
		const key = await elsewhere((files) => addKey(files, clock, 'door'));
		expect(await admit(key)).toMatchObject({ kind: 'camera', camera: 'door' });
		// From now on without a look, and without a promise.
		const { length } = disk.calls;
		expect(access.admit(withSecret(key), 'camera.publish', 'door')).toMatchObject({ kind: 'camera' });
		expect(disk.calls.length).toBe(length);
	});

	it('is refused after a look that all share, and after some a second without', async () => {
		const looks = () => disk.calls.filter((call) => call === 'stat keys.json').length;
		const before = looks();
		const first = await Promise.allSettled(Array.from({ length: 100 }, (_, count) => admit(`guess ${count}`)));
		expect(first.every(({ status }) => status === 'rejected')).toBe(true);
		expect(looks() - before).toBeLessThanOrEqual(2);
		for (let count = 0; count < 100; count++) await expect(admit(`guess ${count}`)).rejects.toThrow('publish key');
		expect(looks() - before).toBeLessThanOrEqual(MAX_LOOKS_A_SECOND);
	});

	it('is refused in time by a disk that does not answer', async () => {
		disk.hang('stat', 'read');
		const guess = admit('guess');
		const seen = expect(guess).rejects.toThrow('publish key');
		await clock.settle(LOOK_WAIT_MS, 100);
		await seen;
	});

	it('of a key that was removed meanwhile opens nothing', async () => {
		const key = await elsewhere((files) => addKey(files, clock, 'door'));
		await elsewhere((files) => `${removeKeys(files, 'door')}`);
		await expect(admit(key)).rejects.toThrow('publish key');
	});
});

describe('a lease', () => {
	it('ends when another program removes what it rests on, with the next look', async () => {
		const key = await elsewhere((files) => addKey(files, clock, 'door'));
		const who = await admit(key);
		let ended = 0;
		access.lease({ who, action: 'camera.publish', camera: 'door', ended: () => ended++ });
		await clock.settle(2000, 100);
		expect(ended).toBe(0);
		await elsewhere((files) => `${removeKeys(files, 'door')}`);
		await clock.settle(500, 100);
		expect(ended).toBe(1);
	});

	it('ends by a removal here at once, whatever the disk does', async () => {
		const key = await elsewhere((files) => addKey(files, clock, 'door'));
		const who = await admit(key);
		let ended = 0;
		access.lease({ who, action: 'camera.publish', camera: 'door', ended: () => ended++ });
		disk.hang('create', 'stat', 'read');
		removeKeys(access.files, 'door');
		access.changed();
		expect(ended).toBe(1);
		await turn();
	});
});
