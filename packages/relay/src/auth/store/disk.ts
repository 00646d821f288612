import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '@oriel/base';
import { giveFoldersToOwnerOf, giveToOwnerOf } from './system-owner.ts';

/** What a file is now. */
export interface FileFacts {
	/** Differs whenever the file was replaced or edited. */
	readonly stamp: string;
	readonly size: number;
	/** Milliseconds since 1970 of the last change. */
	readonly changedAt: number;
}

/**
 * The calls that the data directory needs. None of them blocks the event loop: a disk that does not answer keeps one thread
 * of libuv's pool, not the relay. Tests put a full, slow or failing disk in its place.
 */
export interface Disk {
	/** undefined: there is no such file. */
	stat(path: string): Promise<FileFacts | undefined>;
	/** The text and its stamp from one open file; undefined: there is no such file. */
	read(path: string): Promise<{ readonly text: string; readonly stamp: string } | undefined>;
	/**
	 * Makes a file that only its owner can read. Rejects with EEXIST if there is one, and leaves nothing behind if it fails
	 * later. `sync` makes it durable. Gives its stamp.
	 */
	create(path: string, text: string, sync: boolean): Promise<string>;
	/** Adds to the end of a file, which is made if it is missing, and makes it durable. */
	append(path: string, text: string): Promise<void>;
	truncate(path: string, size: number): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	/** A file that is missing is no error. */
	remove(path: string): Promise<void>;
	list(directory: string): Promise<readonly string[]>;
	/** Makes the names in a directory durable: a rename survives a power cut only after this. */
	sync(directory: string): Promise<void>;
	/** Makes it, and what is missing on the way to it, for its owner alone. One that is there is no error. */
	makeDirectory(path: string): Promise<void>;
	/** With all that is in it; one that is missing is no error. */
	removeDirectory(path: string): Promise<void>;
	setMode(path: string, mode: number): Promise<void>;
}

/** Answers of file systems that cannot sync a directory. */
const CANNOT_SYNC: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EISDIR']);

const { O_APPEND, O_CREAT, O_RDONLY, O_WRONLY } = constants;
/** A pipe in the place of a file would be waited for, and with it one thread, indefinitely. Windows knows neither. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** The disk of this machine. */
export const systemDisk: Disk = {
	async stat(path) {
		return orMissing(async () => factsOf(await stat(path, { bigint: true })));
	},
	read(path) {
		return orMissing(() =>
			withFile(path, O_RDONLY | NO_WAIT, async (file) => {
				const stats = await file.stat({ bigint: true });
				requireFile(stats, path);
				const { stamp } = factsOf(stats);
				return { text: await file.readFile('utf8'), stamp };
			}),
		);
	},
	create(path, text, sync) {
		return withFile(path, 'wx', async (file) => {
			try {
				await giveToOwnerOf(dirname(path), file);
				await file.writeFile(text);
				if (sync) await file.sync();
				return factsOf(await file.stat({ bigint: true })).stamp;
			} catch (failure) {
				await rm(path, { force: true });
				throw failure;
			}
		});
	},
	append(path, text) {
		return withFile(path, O_WRONLY | O_APPEND | O_CREAT | NO_WAIT, async (file) => {
			const stats = await file.stat();
			requireFile(stats, path);
			if (stats.size === 0) await giveToOwnerOf(dirname(path), file);
			await file.writeFile(text);
			await file.sync();
		});
	},
	truncate,
	rename,
	remove: (path) => rm(path, { force: true }),
	list: (directory) => readdir(directory),
	async sync(directory) {
		if (process.platform === 'win32') return;
		try {
			await withFile(directory, 'r', (file) => file.sync());
		} catch (failure) {
			if (!CANNOT_SYNC.has(systemCode(failure))) throw failure;
		}
	},
	async makeDirectory(path) {
		const first = await mkdir(path, { recursive: true, mode: 0o700 });
		if (first !== undefined) await giveFoldersToOwnerOf(dirname(first), path);
	},
	removeDirectory: (path) => rm(path, { recursive: true, force: true }),
	setMode: chmod,
};

async function withFile<T>(path: string, flags: string | number, use: (file: FileHandle) => Promise<T>): Promise<T> {
	const file = await open(path, flags, 0o600);
	try {
		return await use(file);
	} catch (failure) {
		throw withPath(failure, path);
	} finally {
		await file.close();
	}
}

/** Pipes and devices have no end that could be read to, and no content that stays. */
function requireFile(stats: { isFile(): boolean }, path: string): void {
	if (!stats.isFile()) throw new Error(`'${path}' is a directory, pipe or device; a file is expected`);
}

/** What fails on an open file does not say which one it was. */
function withPath(failure: unknown, path: string): unknown {
	if (failure instanceof Error && !failure.message.includes(path)) failure.message += ` '${path}'`;
	return failure;
}

async function orMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
	try {
		return await look();
	} catch (failure) {
		if (systemCode(failure) === 'ENOENT') return undefined;
		throw failure;
	}
}

/** Without the time of the last change of status: a rename changes that, and nothing else here. */
function factsOf(stats: { ino: bigint; mtimeNs: bigint; size: bigint }): FileFacts {
	return {
		stamp: `${stats.ino} ${stats.mtimeNs} ${stats.size}`,
		size: Number(stats.size),
		changedAt: Number(stats.mtimeNs / 1_000_000n),
	};
}
