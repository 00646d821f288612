import { constants } from 'node:fs';
import { type FileHandle, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, reasonOf, systemCode } from '@oriel/base';
import { systemDisk } from '../auth/store/disk.ts';
import { type HeldUpdateLock, UpdateLock } from '../auth/store/update-lock.ts';
import { ABOUT } from './about.ts';
import { type ArchivedFile, isArchivable } from './archive.ts';

/** Where no lock can be made: nothing can be replaced there either, or only what is smaller. */
const CANNOT_WRITE: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);
/** A pipe in the place of a file would be waited for. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const PIECE_SIZE = 65_536;

export interface DataFilesOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Whether the files of `tls` belong to it. */
	readonly withCertificates: boolean;
}

/** The files of a data directory as they were at one moment. */
export interface DataFiles extends AsyncDisposable {
	/** Sum of their sizes. */
	readonly bytes: number;
	/** Can be read once. */
	readonly files: readonly ArchivedFile[];
}

/**
 * Opens all files under `update.lock`, which takes milliseconds: they are replaced by renaming and logs only grow, so that what is
 * open stays what it was, however long reading takes.
 */
export async function openDataFiles(directory: string, options: DataFilesOptions): Promise<DataFiles> {
	const { clock, log, withCertificates } = options;
	const lock = await lockOf(directory, clock, log);
	const opened: { readonly name: string; readonly file: FileHandle; readonly size: number }[] = [];
	const close = async () => {
		for (const { file } of opened) await file.close().catch(() => undefined);
	};
	try {
		for (const name of await namesIn(directory, withCertificates)) {
			const path = join(directory, name);
			const file = await open(path, READ);
			const stats = await file.stat();
			opened.push({ name, file, size: stats.size });
			if (!stats.isFile()) throw new Error(`'${path}' is a directory, pipe or device; a file is expected`);
		}
		await lock?.confirm();
	} catch (failure) {
		await close();
		throw failure;
	} finally {
		await lock?.release();
	}
	return {
		bytes: opened.reduce((sum, { size }) => sum + size, 0),
		files: opened.map(({ name, file, size }) => ({ name, size, content: contentOf(file, size) })),
		[Symbol.asyncDispose]: close,
	};
}

/** Copies a data directory as it is now into an empty folder, without certificates; a relay may run on it. */
export async function copyDataFiles(
	directory: string,
	to: string,
	{ clock, log }: Omit<DataFilesOptions, 'withCertificates'>,
): Promise<void> {
	await using data = await openDataFiles(directory, { clock, log, withCertificates: false });
	for (const { name, content } of data.files) await writeFile(join(to, name), content, { mode: 0o600, flag: 'wx' });
}

async function lockOf(directory: string, clock: Clock, log: Log): Promise<HeldUpdateLock | undefined> {
	try {
		return await new UpdateLock({ directory, disk: systemDisk, clock }).take();
	} catch (failure) {
		if (!CANNOT_WRITE.has(systemCode(failure))) throw failure;
		log.warn('the data directory cannot be locked: what changes meanwhile may be in only one of two files', {
			directory,
			reason: reasonOf(failure),
		});
		return undefined;
	}
}

async function namesIn(directory: string, withCertificates: boolean): Promise<string[]> {
	const names = await readdir(directory);
	const hasCertificates = withCertificates && names.includes('tls');
	const certificates = hasCertificates ? (await readdir(join(directory, 'tls'))).map((name) => `tls/${name}`) : [];
	return [...names, ...certificates].filter((name) => isArchivable(name) && name !== ABOUT).sort();
}

/** The first `size` bytes: a log may have grown since. Each piece has a buffer of its own: the reader may keep it. */
async function* contentOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
	for (let at = 0; at < size; ) {
		const buffer = Buffer.allocUnsafe(Math.min(PIECE_SIZE, size - at));
		const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
		// The archive notices that bytes are missing.
		if (bytesRead === 0) return;
		at += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}
