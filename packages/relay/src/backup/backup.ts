import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, systemCode } from '@oriel/base';
import { openDataDirectory } from '../auth/store/data-directory.ts';
import { ABOUT, type About } from './about.ts';
import { type ArchivedFile, writeArchive } from './archive.ts';
import { openDataFiles } from './data-files.ts';
import { type SealOptions, seal } from './seal.ts';

export interface BackupOptions {
	/** The data directory; a relay may run on it. */
	readonly directory: string;
	readonly passphrase: string;
	readonly withCertificates: boolean;
	readonly software: string;
	readonly clock: Clock;
	readonly log: Log;
	readonly sealOptions?: SealOptions;
}

/** A backup while it is made. */
export interface Backup extends AsyncDisposable {
	/** About as many will come. */
	readonly bytes: number;
	readonly files: number;
	/** Whether cameras know this relay by a key that is not in the backup. */
	readonly leavesOutKey: boolean;
	/** The whole backup; can be read once. */
	readonly sealed: AsyncIterable<Buffer>;
}

/**
 * Makes a backup of a data directory as it is now. Rejects if there is none, or if a file in it is damaged: a backup that no
 * relay could start from would be noticed too late.
 */
export async function openBackup(options: BackupOptions): Promise<Backup> {
	const { directory, passphrase, withCertificates, software, clock, log, sealOptions } = options;
	if (!(await isThere(directory))) throw new Error(`There is no data directory ${directory}; name it with --data`);
	const { format } = await openDataDirectory(directory, { clock, log });
	const data = await openDataFiles(directory, { clock, log, withCertificates });
	const madeAt = new Date(clock.wall()).toISOString();
	const about: About = { format, software, madeAt, hasCertificates: withCertificates };
	const text = Buffer.from(`${JSON.stringify(about, null, '\t')}\n`);
	const first: ArchivedFile = { name: ABOUT, size: text.length, content: piecesOf(text) };
	return {
		bytes: data.bytes,
		files: data.files.length,
		leavesOutKey: !withCertificates && (await isThere(join(directory, 'tls', 'self-signed.pem'))),
		sealed: seal(writeArchive([first, ...data.files]), passphrase, sealOptions),
		[Symbol.asyncDispose]: () => data[Symbol.asyncDispose](),
	};
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes;
}

async function isThere(path: string): Promise<boolean> {
	try {
		await stat(path);
		return true;
	} catch (failure) {
		if (systemCode(failure) === 'ENOENT') return false;
		throw failure;
	}
}
