import type { Clock, Log } from '@oriel/base';
import { oldestFormat } from './data-format.ts';
import { systemDisk } from './disk.ts';
import { UpdateLock } from './update-lock.ts';
import { downgradeData } from './upgrade.ts';

// What a program that replaces versions of Oriel asks of data directories, whose format may be newer than its own.

/** The oldest format among the files of a data directory; undefined: it has none. */
export function dataFormatAt(path: string): Promise<number | undefined> {
	return oldestFormat(path, systemDisk, { current: Number.POSITIVE_INFINITY });
}

/** Puts the files back that an upgrade from that format has kept. No relay may run on the directory. */
export async function putDataFormatBack(
	path: string,
	format: number,
	{ clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
	if (await downgradeData(format, { directory: path, disk: systemDisk, clock })) {
		log.warn('the data directory has the format again that it had before', { format });
		return;
	}
	throw new Error(`${path} has no copy of its files in format ${format}`);
}

/** Takes `update.lock` of any directory: one program at a time changes it. Gives what lets go of it. */
export async function lockDirectory(path: string, clock: Clock): Promise<() => Promise<void>> {
	const held = await new UpdateLock({ directory: path, disk: systemDisk, clock }).take();
	return () => held.release();
}
