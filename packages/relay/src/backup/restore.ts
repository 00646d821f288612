import { open, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, reasonOf, systemCode } from '@oriel/base';
import * as v from 'valibot';
import type { Derive } from '../auth/password-hash.ts';
import { openDataDirectory } from '../auth/store/data-directory.ts';
import { DATA_FORMAT } from '../auth/store/data-format.ts';
import { systemDisk } from '../auth/store/disk.ts';
import { RelayLock } from '../auth/store/relay-lock.ts';
import { StagedFiles } from '../auth/store/staged-files.ts';
import { giveToOwnerOf } from '../auth/store/system-owner.ts';
import { ABOUT, type About, aboutShape } from './about.ts';
import { type ArchivedFile, readArchive } from './archive.ts';
import { BackupError } from './backup-error.ts';
import { unseal } from './seal.ts';

/** The file that says what a backup is of is one of a few lines. */
export const MAX_ABOUT_BYTES = 65_536;

/** What may be in an empty directory: of a file system's own, and of a restore that was killed. */
const NOTHING: ReadonlySet<string> = new Set(['lost+found', '.incoming', 'relay.lock']);

export interface RestoreOptions {
	readonly sealed: AsyncIterable<Uint8Array>;
	readonly passphrase: string;
	/** Empty, or not there yet. */
	readonly directory: string;
	readonly clock: Clock;
	readonly log: Log;
	readonly derive?: Derive;
}

/** What was restored. */
export interface Restored {
	readonly about: About;
	readonly files: number;
}

/**
 * Puts a backup into an empty data directory. All of it is verified and on disk before the first file counts; if it cannot
 * be, the directory is as it was. Its owner gets the files, also when root does this.
 */
export async function restoreData(options: RestoreOptions): Promise<Restored> {
	const { sealed, passphrase, directory, clock, log, derive } = options;
	await requireEmpty(directory);
	const files = readArchive(unseal(sealed, passphrase, derive));
	// With the first file the passphrase is known to be right: until then nothing is made.
	const about = await aboutOf((await files.next()).value);
	const wasThere = (await systemDisk.stat(directory)) !== undefined;
	await systemDisk.makeDirectory(directory);
	const lock = await RelayLock.take({ directory, disk: systemDisk, clock, log });
	let count = 0;
	try {
		await requireEmpty(directory);
		const staged = await StagedFiles.begin(directory, systemDisk);
		try {
			for await (const file of files) {
				await write(file, await staged.place(file.name));
				count++;
			}
		} catch (failure) {
			await staged.giveUp();
			throw failure;
		}
		await systemDisk.setMode(directory, 0o700);
		await staged.commit();
	} catch (failure) {
		await lock.release();
		// Fails if something is in it: then it is not ours.
		if (!wasThere) await rmdir(directory).catch(() => undefined);
		throw failure;
	}
	await lock.release();
	// A relay will do the same: what it would complain about is said now.
	await openDataDirectory(directory, { clock, log });
	return { about, files: count };
}

async function requireEmpty(directory: string): Promise<void> {
	let names: string[];
	try {
		names = await readdir(directory);
	} catch (failure) {
		if (systemCode(failure) === 'ENOENT') return;
		throw new Error(`Cannot look into ${directory}: ${reasonOf(failure)}`, { cause: failure });
	}
	const found = names.filter((name) => !NOTHING.has(name));
	if (found.length === 0) return;
	const shown = found.slice(0, 3).join(', ');
	throw new Error(
		`${directory} is not empty: it has ${shown}${found.length > 3 ? ', …' : ''}. A backup is restored into an empty directory only: move these files away, or name another directory with --data. Nothing was changed`,
	);
}

async function aboutOf(file: ArchivedFile | undefined): Promise<About> {
	if (file?.name !== ABOUT || file.size > MAX_ABOUT_BYTES) throw strange('it does not begin with what it is of');
	const pieces: Uint8Array[] = [];
	for await (const piece of file.content) pieces.push(piece);
	let about: About;
	try {
		about = v.parse(aboutShape, JSON.parse(Buffer.concat(pieces).toString('utf8')));
	} catch (cause) {
		throw strange(`${ABOUT}: ${reasonOf(cause)}`);
	}
	if (about.format <= DATA_FORMAT.current) return about;
	throw new BackupError(
		'unknown-format',
		`The backup was made by ${about.software}, whose data directory has format ${about.format}; this Oriel reads ${DATA_FORMAT.current}. Use that version or a newer one; nothing was changed`,
	);
}

function strange(what: string): BackupError {
	return new BackupError('bad-content', `The backup holds what no Oriel has written: ${what}. Nothing was changed`);
}

async function write({ content }: ArchivedFile, path: string): Promise<void> {
	const file = await open(path, 'wx', 0o600);
	try {
		await giveToOwnerOf(join(path, '..'), file);
		for await (const piece of content) await file.write(piece);
		await file.sync();
	} finally {
		await file.close();
	}
}
