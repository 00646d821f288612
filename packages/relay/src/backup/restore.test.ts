import {
	chmodSync,
	chownSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey } from '../auth/keys.ts';
import { changeData, openRelayDirectory } from '../auth/store/data-directory.ts';
import { systemDisk } from '../auth/store/disk.ts';
import { UpdateLock } from '../auth/store/update-lock.ts';
import { ABOUT } from './about.ts';
import { type ArchivedFile, writeArchive } from './archive.ts';
import { openBackup } from './backup.ts';
import { restoreData } from './restore.ts';
import { seal } from './seal.ts';

const PASSPHRASE = 'five geese over the marsh';
const means = { clock: systemClock, log: silentLog };
const sealOptions = { recipe: { cost: { N: 2, r: 1, p: 1 }, salt: Buffer.alloc(16, 7) } };
const isRoot = process.getuid?.() === 0;

let folder: string;
let data: string;
let empty: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-backup-'));
	data = join(folder, 'data');
	empty = join(folder, 'empty');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* parts;
}

async function backupOf(directory: string, withCertificates = false): Promise<Buffer> {
	const request = { directory, passphrase: PASSPHRASE, withCertificates, software: 'oriel/0.1.0', sealOptions };
	await using backup = await openBackup({ ...request, ...means });
	const parts: Buffer[] = [];
	for await (const part of backup.sealed) parts.push(part);
	return Buffer.concat(parts);
}

const restore = (bytes: Uint8Array, directory = empty, passphrase = PASSPHRASE) =>
	restoreData({ sealed: pieces(bytes), passphrase, directory, ...means });

/** A backup of files that no relay has written. */
async function madeUp(files: Readonly<Record<string, string>>): Promise<Buffer> {
	const list = Object.entries(files).map(
		([name, text]): ArchivedFile => ({ name, size: text.length, content: pieces(Buffer.from(text)) }),
	);
	const parts: Buffer[] = [];
	for await (const part of seal(writeArchive(list), PASSPHRASE, sealOptions)) parts.push(part);
	return Buffer.concat(parts);
}

const aboutText = (format = 1) =>
	JSON.stringify({ format, software: 'oriel/9.9.9', madeAt: '2026-11-27T12:00:00.000Z', hasCertificates: false });

/** Every file below a directory with its content. */
function contents(directory: string): Record<string, string> {
	const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
	return Object.fromEntries(
		names.flatMap((name) =>
			statSync(join(directory, name)).isFile() ? [[name, readFileSync(join(directory, name), 'utf8')]] : [],
		),
	);
}

/** A data directory with a key, a log, certificates, and what does not belong to a backup. */
async function fill(): Promise<void> {
	await changeData(data, means, (files) => addKey(files, systemClock, 'door'));
	writeFileSync(join(data, 'events.jsonl'), '{"id":1}\n');
	mkdirSync(join(data, 'tls'));
	writeFileSync(join(data, 'tls', 'key.pem'), 'the key of this relay');
	mkdirSync(join(data, 'recordings'));
	writeFileSync(join(data, 'recordings', 'door.mp4'), 'video');
	writeFileSync(join(data, 'notes.txt'), 'of a person');
	writeFileSync(join(data, ABOUT), '{}');
}

describe('a restored backup', () => {
	it('has every file of the data directory, but for locks, recordings, certificates and what is not ours', async () => {
		await fill();
		const { about, files } = await restore(await backupOf(data));
		const { 'keys.json': keys, 'events.jsonl': events } = contents(data);
		expect(contents(empty)).toEqual({ 'keys.json': keys, 'events.jsonl': events });
		expect([about.software, about.hasCertificates, about.format, files]).toEqual(['oriel/0.1.0', false, 1, 2]);
		expect(contents(data)['recordings/door.mp4']).toBe('video');
	});

	it('has the certificates if that was said, and says that a key is missing otherwise', async () => {
		await fill();
		writeFileSync(join(data, 'tls', 'self-signed.pem'), 'its certificate');
		await restore(await backupOf(data, true));
		expect(contents(empty)).toMatchObject({ 'tls/key.pem': 'the key of this relay' });
		const request = { directory: data, passphrase: PASSPHRASE, software: '', sealOptions, ...means };
		for (const withCertificates of [true, false]) {
			await using backup = await openBackup({ ...request, withCertificates });
			expect(backup.leavesOutKey).toBe(!withCertificates);
		}
	});

	it('is closed to others, and belongs to the owner of an empty directory, also when root does it', async () => {
		await fill();
		mkdirSync(empty, { mode: 0o755 });
		chmodSync(empty, 0o755);
		if (isRoot) chownSync(empty, 12_345, 12_346);
		const { uid, gid } = statSync(empty);
		await restore(await backupOf(data, true));
		const belonging = ['.', 'keys.json', 'tls', 'tls/key.pem'].map((name) => {
			const stats = statSync(join(empty, name));
			return [name, stats.mode & 0o777, stats.uid, stats.gid];
		});
		expect(belonging).toEqual([
			['.', 0o700, uid, gid],
			['keys.json', 0o600, uid, gid],
			['tls', 0o700, uid, gid],
			['tls/key.pem', 0o600, uid, gid],
		]);
	});

	it.runIf(isRoot)('belongs to the owner of the folder that it is made in', async () => {
		await fill();
		const home = join(folder, 'home');
		mkdirSync(home);
		chownSync(home, 12_345, 12_346);
		await restore(await backupOf(data, true), join(home, 'state', 'oriel'));
		for (const name of [
			'state',
			'state/oriel',
			'state/oriel/keys.json',
			'state/oriel/tls',
			'state/oriel/tls/key.pem',
		]) {
			expect(statSync(join(home, name)), name).toMatchObject({ uid: 12_345, gid: 12_346 });
		}
	});

	it('goes where a link leads, as the state directory of a service is one', async () => {
		await fill();
		mkdirSync(join(folder, 'private'));
		symlinkSync(join(folder, 'private'), empty);
		await restore(await backupOf(data));
		expect(Object.keys(contents(join(folder, 'private')))).toContain('keys.json');
	});
});

describe('a restore that is refused', () => {
	it.each([
		[
			'another passphrase',
			async () => restore(await backupOf(data), empty, 'five geese over the lake'),
			'The passphrase is wrong',
		],
		['no backup', async () => restore(Buffer.from('{"format":1,"keys":[]}'.repeat(9))), 'This is no backup of Oriel'],
		['nothing', async () => restore(Buffer.alloc(0)), 'it has 0 bytes'],
		[
			'one that does not say what it is of',
			async () => restore(await madeUp({ 'keys.json': '{}' })),
			'does not begin with',
		],
		['one that says it badly', async () => restore(await madeUp({ [ABOUT]: '{"format":0}' })), `${ABOUT}: `],
		[
			'one of a newer data directory',
			async () => restore(await madeUp({ [ABOUT]: aboutText(2), 'keys.json': '{}' })),
			'was made by oriel/9.9.9, whose data directory has format 2; this Oriel reads 1',
		],
	])('%s: nothing is written', async (_what, attempt, words) => {
		await fill();
		await expect(attempt()).rejects.toThrow(words);
		expect(readdirSync(folder)).toEqual(['data']);
		mkdirSync(empty);
		await expect(attempt()).rejects.toThrow(words);
		expect(readdirSync(empty)).toEqual([]);
	});

	it('one that is damaged anywhere: all of it is read before a file counts', async () => {
		await fill();
		writeFileSync(join(data, 'events.1.jsonl'), 'x'.repeat(200_000));
		const bytes = await backupOf(data);
		for (const at of [70, bytes.length >> 1, bytes.length - 1]) {
			const damaged = Buffer.from(bytes);
			damaged[at] = (damaged[at] ?? 0) ^ 1;
			await expect(restore(damaged)).rejects.toThrow('The backup is damaged');
			expect(readdirSync(folder)).toEqual(['data']);
		}
		await expect(restore(bytes.subarray(0, 140_000))).rejects.toThrow('cut off');
		expect(readdirSync(folder)).toEqual(['data']);
	});

	it('into a directory with anything in it, which stays as it is', async () => {
		await fill();
		const bytes = await backupOf(data);
		const before = contents(data);
		await expect(restore(bytes, data)).rejects.toThrow(`${data} is not empty: it has `);
		expect(contents(data)).toEqual(before);
		mkdirSync(empty);
		writeFileSync(join(empty, '.hidden'), '');
		await expect(restore(bytes)).rejects.toThrow('not empty: it has .hidden. ');
		expect(readdirSync(empty)).toEqual(['.hidden']);
	});

	it('which is found out before the backup is read, and again when it is to be written', async () => {
		await fill();
		const bytes = await backupOf(data);
		const seen: string[] = [];
		const sealed = async function* () {
			seen.push('read');
			mkdirSync(empty);
			writeFileSync(join(empty, 'keys.json'), '{}');
			yield bytes;
		};
		const request = { passphrase: PASSPHRASE, ...means };
		await expect(restoreData({ ...request, sealed: sealed(), directory: data })).rejects.toThrow('is not empty');
		expect(seen).toEqual([]);
		await expect(restoreData({ ...request, sealed: sealed(), directory: empty })).rejects.toThrow('is not empty');
		expect(contents(empty)).toEqual({ 'keys.json': '{}' });
	});

	it('into one on which a relay runs', async () => {
		await fill();
		const bytes = await backupOf(data);
		const relay = await openRelayDirectory(empty, means);
		expect(readdirSync(empty)).toEqual(['relay.lock']);
		await expect(restore(bytes)).rejects.toThrow(`Another relay runs on the data directory ${empty}`);
		await relay.close();
		// What a killed relay or a killed restore has left does not hinder.
		writeFileSync(join(empty, 'relay.lock'), '');
		mkdirSync(join(empty, '.incoming', 'tls'), { recursive: true });
		rmSync(join(empty, 'relay.lock'));
		await restore(bytes);
		expect(Object.keys(contents(empty))).toEqual(['events.jsonl', 'keys.json']);
	});

	it('a backup of no directory, or of a damaged one', async () => {
		await expect(backupOf(data)).rejects.toThrow(`There is no data directory ${data}`);
		expect(readdirSync(folder)).toEqual([]);
		await fill();
		writeFileSync(join(data, 'people.json'), '{"format":1,"people":[{"id":7}]}');
		await expect(backupOf(data)).rejects.toThrow('people.0.id');
	});
});

describe('a backup while a relay runs', () => {
	it('is of one moment: files that change meanwhile are as they were', async () => {
		await changeData(data, means, (files) => addKey(files, systemClock, 'door'));
		writeFileSync(join(data, 'events.jsonl'), '{"id":1}\n');
		const before = contents(data);
		const request = { directory: data, passphrase: PASSPHRASE, withCertificates: false, software: '', sealOptions };
		await using backup = await openBackup({ ...request, ...means });
		await changeData(data, means, (files) => addKey(files, systemClock, 'yard'));
		writeFileSync(join(data, 'events.jsonl'), '{"id":2}\n', { flag: 'a' });
		const parts: Buffer[] = [];
		for await (const part of backup.sealed) parts.push(part);
		await restore(Buffer.concat(parts));
		expect(contents(empty)).toEqual(before);
	});

	it('waits for a program that replaces files, and lets go of the lock before it reads', async () => {
		await changeData(data, means, (files) => addKey(files, systemClock, 'door'));
		const held = await new UpdateLock({ directory: data, disk: systemDisk, clock: systemClock }).take();
		const request = { directory: data, passphrase: PASSPHRASE, withCertificates: false, software: '', sealOptions };
		const clock = new FakeClock();
		const opened: string[] = [];
		const opening = openBackup({ ...request, clock, log: silentLog }).finally(() => opened.push('opened'));
		await until(() => clock.pending > 0 || opened.length > 0);
		expect(opened).toEqual([]);
		writeFileSync(join(data, 'events.jsonl'), '{"id":1}\n');
		await held.release();
		clock.advance(10);
		await using backup = await opening;
		expect(readdirSync(data)).toEqual(['events.jsonl', 'keys.json']);
		expect(backup.files).toBe(2);
	});
});
