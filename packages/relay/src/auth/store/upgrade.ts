import { join } from 'node:path';
import { type Clock, type Log, reasonOf } from '@oriel/base';
import { type Content, type DataFormat, formatOf, jsonFiles, unreadable } from './data-format.ts';
import type { Disk } from './disk.ts';
import type { ProcessTable } from './holder.ts';
import { StagedFiles, settle } from './staged-files.ts';
import { UpdateLock } from './update-lock.ts';

/** The data directory, and what its lock needs. */
export interface DataPlace {
	readonly directory: string;
	readonly disk: Disk;
	readonly clock: Clock;
	readonly processes?: ProcessTable | undefined;
}

export interface UpgradeOptions extends DataPlace {
	readonly log: Log;
	readonly format: DataFormat;
}

/**
 * Brings a data directory from the format `oldest` to this program's: makes copies of its files in the new format, which take
 * their places together, and keeps the old files in `format-N`. The caller has the lock of the relay.
 */
export async function upgradeData(oldest: number, options: UpgradeOptions): Promise<void> {
	const { directory, disk, log, format } = options;
	await locked(options, async (confirm) => {
		await settle(directory, disk);
		const before = await contentsOf(directory, disk);
		const after = upgraded(before, oldest, format);
		await keep(directory, disk, [...before.keys()], oldest);
		const staged = await StagedFiles.begin(directory, disk);
		for (const [name, content] of after) await staged.add(name, textOf(content));
		for (const name of before.keys()) if (!after.has(name)) await staged.remove(name);
		await confirm();
		await staged.commit();
	});
	const kept = join(directory, keptIn(oldest));
	log.info('the data directory was upgraded', { from: oldest, to: format.current, kept });
}

/**
 * Puts the files of an earlier format back that `upgradeData` has kept: for an update that failed. What was changed since is
 * lost. False: none are kept.
 */
export async function downgradeData(target: number, options: DataPlace): Promise<boolean> {
	const { directory, disk } = options;
	const kept = join(directory, keptIn(target));
	if (!(await disk.stat(kept))) return false;
	await locked(options, async (confirm) => {
		const before = await jsonFiles(kept, disk);
		const staged = await StagedFiles.begin(directory, disk);
		for (const name of before) await staged.add(name, (await disk.read(join(kept, name)))?.text ?? '');
		for (const name of await jsonFiles(directory, disk)) if (!before.includes(name)) await staged.remove(name);
		await confirm();
		await staged.commit();
	});
	return true;
}

/** Where the files of an earlier format are kept. */
export function keptIn(format: number): string {
	return `format-${format}`;
}

/** Moves files to their places that a program was cut off from moving. */
export async function settleData(options: DataPlace): Promise<void> {
	await locked(options, () => settle(options.directory, options.disk));
}

async function locked(
	{ directory, disk, clock, processes }: DataPlace,
	action: (confirm: () => Promise<void>) => Promise<void>,
): Promise<void> {
	const held = await new UpdateLock({ directory, disk, clock, processes }).take();
	try {
		await action(held.confirm);
	} finally {
		await held.release();
	}
}

/** Of all files that have a format. */
async function contentsOf(directory: string, disk: Disk): Promise<Map<string, Content>> {
	const contents = new Map<string, Content>();
	for (const name of await jsonFiles(directory, disk)) {
		const path = join(directory, name);
		try {
			const content = JSON.parse((await disk.read(path))?.text ?? '');
			if (formatOf(content) !== undefined) contents.set(name, content);
		} catch (cause) {
			throw unreadable(path, cause);
		}
	}
	return contents;
}

/** Each step gets the files of its format: after a crash, or by hand, some may have a later one already. */
function upgraded(
	contents: ReadonlyMap<string, Content>,
	oldest: number,
	{ current, upgrades }: DataFormat,
): ReadonlyMap<string, Content> {
	let files = contents;
	for (let from = oldest; from < current; from++) {
		const due = new Map([...files].filter(([, content]) => formatOf(content) === from));
		const later = [...files].filter(([name]) => !due.has(name));
		try {
			const made = [...(upgrades[from - 1]?.(due) ?? due)];
			files = new Map([...later, ...made.map(([name, content]) => [name, { ...content, format: from + 1 }] as const)]);
		} catch (cause) {
			const words = `Cannot upgrade the data directory from format ${from}: ${reasonOf(cause)}. Nothing was changed`;
			throw new Error(words, { cause });
		}
	}
	return files;
}

/** Copies the files as they are. An attempt that was cut off may have left some. */
async function keep(directory: string, disk: Disk, names: readonly string[], format: number): Promise<void> {
	const kept = join(directory, keptIn(format));
	const draft = join(directory, `.${keptIn(format)}`);
	await disk.removeDirectory(draft);
	await disk.makeDirectory(draft);
	for (const name of names) {
		if (name.includes('/')) await disk.makeDirectory(join(draft, name, '..'));
		const file = await disk.read(join(directory, name));
		if (file) await disk.create(join(draft, name), file.text, true);
	}
	await disk.removeDirectory(kept);
	await disk.rename(draft, kept);
	await disk.sync(directory);
}

/** As the tables write theirs: `format` first. */
function textOf(content: Content): string {
	const { format, ...rest } = content;
	return `${JSON.stringify({ format, ...rest }, null, '\t')}\n`;
}
