import {
	chmodSync,
	chownSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RecordingLog } from '@oriel/testing/recording-log';
import { MemoryDisk } from '@oriel/testing/relay/memory-disk';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, removeKeys } from '../keys.ts';
import { changeData, openDataDirectory, openRelayDirectory } from './data-directory.ts';

const options = { clock: systemClock, log: silentLog };

let folder: string;
let data: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-data-'));
	data = join(folder, 'data');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keysOnDisk = (): string[] =>
	JSON.parse(readFileSync(join(data, 'keys.json'), 'utf8')).keys.map(({ camera }: { camera: string }) => camera);

describe('the data directory', () => {
	it('is closed to others, even if it was open, and so are its files', async () => {
		await changeData(data, options, (files) => addKey(files, systemClock, 'door'));
		expect(statSync(data).mode & 0o777).toBe(0o700);
		expect(statSync(join(data, 'keys.json')).mode & 0o777).toBe(0o600);
		chmodSync(data, 0o755);
		chmodSync(join(data, 'keys.json'), 0o644);
		await openDataDirectory(data, options);
		expect(statSync(data).mode & 0o777).toBe(0o700);
		expect(statSync(join(data, 'keys.json')).mode & 0o777).toBe(0o600);
	});

	it('holds keys only as SHA-256', async () => {
		const key = await changeData(data, options, (files) => addKey(files, systemClock, 'door'));
		const text = readFileSync(join(data, 'keys.json'), 'utf8');
		expect(text).not.toContain(key.slice(10));
		expect(text).toMatch(/"sha256": "[0-9a-f]{64}"/);
	});

	it('belongs to whom its folder belongs, also when root has written it', async () => {
		mkdirSync(data);
		if (process.getuid?.() === 0) chownSync(data, 12_345, 12_346);
		await changeData(data, options, (files) => addKey(files, systemClock, 'door'));
		const { uid, gid } = statSync(data);
		expect(statSync(join(data, 'keys.json'))).toMatchObject({ uid, gid });
	});

	it('is left tidy by a change: no draft, no lock', async () => {
		mkdirSync(data);
		writeFileSync(join(data, '.0123456789ab.tmp'), 'of a killed program');
		await changeData(data, options, (files) => addKey(files, systemClock, 'door'));
		expect(readdirSync(data)).toEqual(['keys.json']);
	});

	it.each(['2020-01-01T00:00:00+00', '2020-01-01T00:00:00-23', '1577836800', ''])(
		'takes %j for no time: what it is the end of would never be over',
		async (expiresAt) => {
			mkdirSync(data);
			const sha256 = '0'.repeat(64);
			const token = { id: 'a', label: 'old', sha256, cameras: null, createdAt: '2019-01-01T00:00:00Z', expiresAt };
			writeFileSync(join(data, 'tokens.json'), JSON.stringify({ format: 1, tokens: [token] }));
			await expect(openDataDirectory(data, options)).rejects.toThrow('tokens.0.expiresAt: ');
		},
	);

	it('names the file that is damaged or cannot be read, and changes nothing', async () => {
		mkdirSync(data);
		writeFileSync(join(data, 'people.json'), '{"format":1,"people":[{"id":7}]}');
		const path = join(data, 'people.json');
		await expect(openDataDirectory(data, options)).rejects.toThrow(`Cannot read ${path}: people.0.id`);
		expect(readFileSync(path, 'utf8')).toContain('"id":7');
		rmSync(path);
		mkdirSync(path);
		await expect(openDataDirectory(data, options)).rejects.toThrow(`Cannot read ${path}: '${path}' is a directory`);
	});

	it('cannot be one where a file is in its place', async () => {
		writeFileSync(data, '');
		await expect(openDataDirectory(data, options)).rejects.toThrow(data);
	});
});

describe('a change of the command line', () => {
	it('fails with words if it cannot be written, and is not written later', async () => {
		const clock = new FakeClock();
		const disk = new MemoryDisk();
		disk.trouble = 'ENOSPC';
		const change = changeData('/data', { clock, log: silentLog, disk }, (files) => addKey(files, clock, 'door'));
		await expect(change).rejects.toThrow("ENOSPC: makeDirectory '/data'");
		disk.trouble = undefined;
		disk.write('/data', '');
		disk.trouble = 'ENOSPC';
		const other = changeData('/data', { clock, log: silentLog, disk }, (files) => addKey(files, clock, 'door'));
		await expect(other).rejects.toThrow('ENOSPC: create');
		disk.trouble = undefined;
		await clock.settle(60_000, 1000);
		expect([[...disk.files.keys()], clock.pending]).toEqual([['/data'], 0]);
	});

	it('does not wait indefinitely for a disk that does not answer', async () => {
		const clock = new FakeClock();
		const disk = new MemoryDisk();
		disk.hang('create');
		const change = changeData('/data', { clock, log: silentLog, disk }, (files) => addKey(files, clock, 'door'));
		const seen = expect(change).rejects.toThrow('Cannot write /data: its disk has not answered for a minute');
		await clock.settle(61_000, 1000);
		await seen;
	});
});

describe('two programs that change one file', () => {
	it('lose nothing in a thousand changes of each, whatever the other does', async () => {
		const one = await openRelayDirectory(data, options);
		const two = await openDataDirectory(data, options);
		for (let count = 0; count < 1000; count++) {
			addKey(one.files, systemClock, `one-${count}`);
			addKey(two.files, systemClock, `two-${count}`);
			if (count % 10 === 3) removeKeys(one.files, `one-${count - 3}`);
			if (count % 10 === 7) removeKeys(two.files, `two-${count - 7}`);
			if (count % 10 === 0) await Promise.all([one.flush(), two.flush()]);
		}
		await Promise.all([one.flush(), two.flush()]);
		const found = keysOnDisk();
		expect(found.filter((name) => name.startsWith('one-'))).toHaveLength(900);
		expect(found.filter((name) => name.startsWith('two-'))).toHaveLength(900);
		// Each has heard of the other's.
		await one.look();
		expect(one.files.keys.rows).toHaveLength(1800);
		await one.close();
	});

	it('lose nothing when many begin at once', async () => {
		const add = (camera: string) => changeData(data, options, (files) => addKey(files, systemClock, camera));
		const names = Array.from({ length: 24 }, (_, index) => `camera-${index}`);
		await Promise.all(names.map(add));
		expect(keysOnDisk().sort()).toEqual(names.sort());
		expect(readdirSync(data)).toEqual(['keys.json']);
	});
});

describe('a relay’s directory', () => {
	it('is for one relay, until that has closed it', async () => {
		const first = await openRelayDirectory(data, options);
		await expect(openRelayDirectory(data, options)).rejects.toThrow(`Another relay runs on the data directory ${data}`);
		await first.close();
		const second = await openRelayDirectory(data, options);
		await second.close();
		expect(readdirSync(data)).toEqual([]);
	});

	it('is looked at twice a second, and once at a time', async () => {
		const clock = new FakeClock();
		const disk = new MemoryDisk();
		const log = new RecordingLog();
		const directory = await openRelayDirectory('/data', { clock, log, disk });
		const heard: string[] = [];
		directory.onChangedElsewhere((names) => heard.push(...names));
		await changeData('/data', { clock, log, disk }, (files) => addKey(files, clock, 'door'));
		await clock.settle(500, 100);
		expect([heard, directory.files.keys.rows.length]).toEqual([['keys.json'], 1]);
		disk.hang('stat');
		const { length } = disk.calls;
		await clock.settle(60_000, 500);
		expect(disk.calls.length - length).toBe(1);
		disk.goOn();
		disk.write('/data/keys.json', 'damaged');
		await clock.settle(60_000, 500);
		expect(log.problems).toEqual(['error: a file of the data directory was changed and cannot be used']);
		expect(directory.files.keys.rows).toHaveLength(1);
		await directory.close();
		expect(clock.pending).toBe(0);
	});

	it('that is full or read-only is opened with a warning, and locked when that is possible', async () => {
		const clock = new FakeClock();
		for (const trouble of ['ENOSPC', 'EROFS'] as const) {
			const disk = new MemoryDisk();
			disk.write('/data', '');
			disk.trouble = trouble;
			const log = new RecordingLog();
			const directory = await openRelayDirectory('/data', { clock, log, disk });
			expect(log.problems.filter((line) => line.startsWith('error'))).toEqual([]);
			expect(log.problems).toContain(
				'warn: the data directory could not be locked: make sure that no other relay uses it',
			);
			disk.trouble = undefined;
			await clock.settle(20_000, 500);
			expect(disk.text('/data/relay.lock')).toContain(`"pid":${process.pid}`);
			await directory.close();
		}
		expect(clock.pending).toBe(0);
	});

	it('on a disk that hangs is closed all the same', async () => {
		const clock = new FakeClock();
		const disk = new MemoryDisk();
		const directory = await openRelayDirectory('/data', { clock, log: silentLog, disk });
		addKey(directory.files, clock, 'door');
		disk.hang('create', 'read', 'remove', 'stat');
		let isClosed = false;
		void directory.close().then(() => {
			isClosed = true;
		});
		await clock.settle(10_000, 500);
		await until(() => isClosed);
	});
});
