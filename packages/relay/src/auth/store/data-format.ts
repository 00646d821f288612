import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import type { Disk } from './disk.ts';
import { COMPLETE } from './staged-files.ts';

/** The JSON of one file of the data directory. */
export type Content = Readonly<Record<string, unknown>>;

/**
 * Makes the files of the next format of those of one format, by name, e.g. `keys.json`. A file that it leaves out is removed.
 * `format` is written by the caller.
 */
export type Upgrade = (files: ReadonlyMap<string, Content>) => ReadonlyMap<string, Content>;

/** A format of the data directory, and the way to it from all earlier ones. */
export interface DataFormat {
	/** What every JSON file of the data directory says in `format`. */
	readonly current: number;
	/** The first makes format 2 of format 1, and so on. */
	readonly upgrades: readonly Upgrade[];
}

/**
 * The format that this program reads and writes. To change what a file looks like, or which files there are: add an upgrade
 * here, which adds one to the format. The rest follows: docs/data-directory.md#formats.
 */
export const DATA_FORMAT: DataFormat = formatAfter([]);

/** The format that these upgrades lead to. */
export function formatAfter(upgrades: readonly Upgrade[]): DataFormat {
	return { current: upgrades.length + 1, upgrades };
}

/** What a file's content says in `format`; undefined: nothing that could be one. */
export function formatOf(content: unknown): number | undefined {
	const format = (content as { readonly format?: unknown } | null)?.format;
	return typeof format === 'number' && Number.isSafeInteger(format) && format > 0 ? format : undefined;
}

/** Throws if a content is of another format than this program's. One that has none is for its schema to refuse. */
export function requireCurrent(content: unknown, current: number): void {
	const format = formatOf(content);
	if (format !== undefined && format !== current)
		throw new Error(`it has format ${format}; this Oriel reads ${current}`);
}

/**
 * The oldest format among the files of a data directory; undefined: it has none. Rejects, without having touched anything, if
 * one has a newer format than this program knows. What cannot be read is left to its reader, which names it.
 */
export async function oldestFormat(
	path: string,
	disk: Disk,
	{ current }: Pick<DataFormat, 'current'>,
): Promise<number | undefined> {
	let oldest: number | undefined;
	// Those on their way count, too: see staged-files.ts.
	for (const folder of [path, join(path, COMPLETE)]) {
		for (const name of await jsonFiles(folder, disk)) {
			const format = await formatAt(join(folder, name), disk);
			if (format === undefined) continue;
			if (format > current) throw new Error(newerWords(path, name, format, current));
			oldest = Math.min(oldest ?? format, format);
		}
	}
	return oldest;
}

/** The files of a data directory that have a format. */
export async function jsonFiles(path: string, disk: Disk): Promise<string[]> {
	const below = async (folder: string) =>
		(await disk.list(join(path, folder)).catch(() => [])).map((name) => join(folder, name));
	return [...(await below('')), ...(await below('tls'))].filter((name) => name.endsWith('.json')).sort();
}

/** undefined: it has none, or cannot be read. */
async function formatAt(path: string, disk: Disk): Promise<number | undefined> {
	try {
		const text = (await disk.read(path))?.text;
		if (text === undefined) return undefined;
		// As Oriel writes it; what was edited by hand is read as a whole.
		const [, digits] = /^\s*\{\s*"format":\s*(\d+)\s*[,}]/.exec(text) ?? [];
		return digits === undefined ? formatOf(JSON.parse(text)) : formatOf({ format: Number(digits) });
	} catch {
		return undefined;
	}
}

/** For a message of a caller that names the file. */
export function unreadable(path: string, cause: unknown): Error {
	return new Error(`Cannot read ${path}: ${reasonOf(cause)}. Fix or move the file; nothing was changed`, { cause });
}

function newerWords(path: string, file: string, format: number, current: number): string {
	return `Cannot use the data directory ${path}: ${file} has format ${format}, and this Oriel reads ${current}. Use the newer Oriel that wrote it; nothing was changed`;
}
