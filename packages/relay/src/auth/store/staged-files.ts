import { dirname, join } from 'node:path';
import type { Disk } from './disk.ts';

/** Files that are complete and on disk, on their way into the data directory. */
export const COMPLETE = 'incoming';
/** The same while they are being written: without a meaning. */
const DRAFT = '.incoming';
/** A name that begins with it stands for the removal of that file. */
const REMOVED = '-';

/**
 * Several files that take their places together, or not at all: they are written into a folder, whose rename decides. From
 * then on they are moved one by one; after a crash the next program that opens the data directory moves the rest.
 * The caller has the locks.
 */
export class StagedFiles {
	readonly #directory: string;
	readonly #disk: Disk;

	private constructor(directory: string, disk: Disk) {
		this.#directory = directory;
		this.#disk = disk;
	}

	/** Begins with no files; what a killed program has drafted is removed. */
	static async begin(directory: string, disk: Disk): Promise<StagedFiles> {
		await disk.removeDirectory(join(directory, DRAFT));
		await disk.makeDirectory(join(directory, DRAFT));
		return new StagedFiles(directory, disk);
	}

	/** Where to write a file, as an alternative to `add`; its folder is there, and it has to be synced. */
	async place(name: string): Promise<string> {
		const path = join(this.#directory, DRAFT, name);
		if (dirname(name) !== '.') await this.#disk.makeDirectory(dirname(path));
		return path;
	}

	async add(name: string, text: string): Promise<void> {
		await this.#disk.create(await this.place(name), text, true);
	}

	/** The file of that name is to go. */
	async remove(name: string): Promise<void> {
		await this.add(join(dirname(name), `${REMOVED}${name.slice(name.lastIndexOf('/') + 1)}`), '');
	}

	/** From now on the files count. */
	async commit(): Promise<void> {
		const draft = join(this.#directory, DRAFT);
		for (const folder of await foldersOf(draft, this.#disk)) await this.#disk.sync(join(draft, folder));
		await this.#disk.rename(draft, join(this.#directory, COMPLETE));
		await this.#disk.sync(this.#directory);
		await settle(this.#directory, this.#disk);
	}

	async giveUp(): Promise<void> {
		await this.#disk.removeDirectory(join(this.#directory, DRAFT));
	}
}

/** Whether files are on their way that count already: a program was cut off while it moved them. */
export async function isUnsettled(directory: string, disk: Disk): Promise<boolean> {
	const found = await disk.stat(join(directory, COMPLETE)).catch(() => undefined);
	return found !== undefined;
}

/** Moves what is on its way. Twice is fine. */
export async function settle(directory: string, disk: Disk): Promise<void> {
	const complete = join(directory, COMPLETE);
	if (!(await isUnsettled(directory, disk))) return;
	for (const folder of await foldersOf(complete, disk)) {
		if (folder !== '') await disk.makeDirectory(join(directory, folder));
		for (const name of await disk.list(join(complete, folder))) {
			if (FOLDERS.has(name)) continue;
			const from = join(complete, folder, name);
			const isRemoval = name.startsWith(REMOVED);
			const to = join(directory, folder, isRemoval ? name.slice(REMOVED.length) : name);
			if (!isRemoval) await disk.rename(from, to);
			else {
				await disk.remove(to);
				await disk.remove(from);
			}
		}
		await disk.sync(join(directory, folder));
	}
	await disk.removeDirectory(complete);
	await disk.sync(directory);
}

/** Folders of a data directory whose files can be staged. */
const FOLDERS: ReadonlySet<string> = new Set(['tls']);

async function foldersOf(path: string, disk: Disk): Promise<string[]> {
	return ['', ...(await disk.list(path)).filter((name) => FOLDERS.has(name))];
}
