import { type Clock, type Log, type Millis, reasonOf, sleep } from '@oriel/base';
import type { ReportFault } from '../../errors/faults.ts';
import { RelayError } from '../../errors/relay-error.ts';
import { type AccessFiles, type AccessTables, accessTables, tablesOf } from '../files.ts';
import { DATA_FORMAT, type DataFormat, oldestFormat } from './data-format.ts';
import { type Disk, systemDisk } from './disk.ts';
import type { ProcessTable } from './holder.ts';
import { RelayLock } from './relay-lock.ts';
import { isUnsettled } from './staged-files.ts';
import { UpdateLock } from './update-lock.ts';
import { settleData, upgradeData } from './upgrade.ts';
import { Watch } from './watch.ts';
import { Writer } from './writer.ts';

/** How long the command line waits for its change to be on disk. */
export const CHANGE_WAIT_MS: Millis = 60_000;

/** Looks between two tries to get the lock of a directory that could not be written. */
const RETRY_LOCK_EVERY = 20;

export interface DataDirectoryOptions {
	readonly clock: Clock;
	readonly log: Log;
	/** Hears of writes that failed; default: they are lines of the log. */
	readonly report?: ReportFault | undefined;
	/** Default: this machine's. */
	readonly disk?: Disk | undefined;
	readonly processes?: ProcessTable | undefined;
	/** Default: this program's. Tests put the next one in its place. */
	readonly format?: DataFormat | undefined;
}

/** The data directory of a relay, for a program that changes it and ends. */
export interface DataDirectory {
	readonly path: string;
	readonly disk: Disk;
	readonly files: AccessFiles;
	readonly writer: Writer;
	/** What its files say in `format`. */
	readonly format: number;
	/** See Writer. */
	kept(): Promise<void>;
	flush(): Promise<void>;
	close(): Promise<void>;
}

/** The same for the relay itself, which stays. */
export interface RelayDirectory extends DataDirectory {
	/** Calls `listener` with the names of files that other programs have changed. */
	onChangedElsewhere(listener: (names: readonly string[]) => void): void;
	/** Resolves after the files were looked at once more. */
	look(): Promise<void>;
}

/**
 * Opens a data directory, which is made if it is missing. Rejects with a file's name if one is damaged or cannot be read:
 * no one is let in or shut out by accident. What cannot be written is a warning: it is tried again with the first change.
 */
export async function openDataDirectory(path: string, options: DataDirectoryOptions): Promise<DataDirectory> {
	if (await needsWork(path, options)) await prepareAlone(path, options);
	return open(path, options, () => undefined);
}

/** Runs `change` on a data directory and waits until that is on disk. Rejects if it cannot be. */
export async function changeData<T>(
	path: string,
	options: DataDirectoryOptions,
	change: (files: AccessFiles) => T,
): Promise<T> {
	const { files, writer } = await openDataDirectory(path, options);
	const done = new AbortController();
	try {
		const result = change(files);
		const late = sleep(options.clock, CHANGE_WAIT_MS, done.signal).then(() => {
			if (!done.signal.aborted)
				throw new Error('its disk has not answered for a minute; the change may be there or not');
		});
		await Promise.race([writer.flush(), late]);
		return result;
	} catch (cause) {
		if (cause instanceof RelayError) throw cause;
		throw new Error(`Cannot write ${path}: ${reasonOf(cause)}`, { cause });
	} finally {
		done.abort();
		writer.stop();
	}
}

/** Opens a data directory for a relay. Rejects if another relay runs on it. */
export async function openRelayDirectory(path: string, options: DataDirectoryOptions): Promise<RelayDirectory> {
	const { clock, log, disk = systemDisk, processes } = options;
	const isToBePrepared = await needsWork(path, options);
	await makeDirectory(path, disk, log);
	const lock = await RelayLock.take({ directory: path, disk, clock, log, processes });
	try {
		if (isToBePrepared) await prepare(path, options);
		const listeners = new Set<(names: readonly string[]) => void>();
		const changed = (names: readonly string[]) => {
			for (const listener of listeners) listener(names);
		};
		const data = await open(path, options, (name) => changed([name]));
		await data.writer.tidy();
		let looks = 0;
		const watch = new Watch({
			files: tablesOf(data.files),
			clock,
			changed,
			failed: (reason) => log.error('a file of the data directory was changed and cannot be used', { reason }),
			async after() {
				if (lock.isHeld) await lock.answer();
				else if (++looks % RETRY_LOCK_EVERY === 0) await lock.retry().catch(() => undefined);
			},
		});
		return {
			...data,
			onChangedElsewhere: (listener) => void listeners.add(listener),
			look: () => watch.look(),
			async close() {
				watch.stop();
				await data.close();
				await data.writer.release(() => lock.release());
			},
		};
	} catch (failure) {
		await lock.release();
		throw failure;
	}
}

async function open(
	path: string,
	options: DataDirectoryOptions,
	changedElsewhere: (name: string) => void,
): Promise<DataDirectory & { readonly files: AccessTables }> {
	const { clock, log, report = logged(log), disk = systemDisk, processes } = options;
	const format = formatFor(options).current;
	await makeDirectory(path, disk, log);
	const lock = new UpdateLock({ directory: path, disk, clock, processes });
	const writer = new Writer({ directory: path, disk, lock, clock, log, report });
	const files = accessTables(path, { disk, changed: writer.noted, changedElsewhere, format });
	for (const table of tablesOf(files)) await table.load();
	await closeToOthers(path, disk, log);
	return {
		path,
		disk,
		files,
		writer,
		format,
		kept: () => writer.kept(),
		flush: () => writer.flush(),
		close: () => writer.close(),
	};
}

function formatFor({ format = DATA_FORMAT }: DataDirectoryOptions): DataFormat {
	return format;
}

/** Whether files have an earlier format, or were on their way when a program was cut off. Rejects if a format is unknown. */
async function needsWork(path: string, options: DataDirectoryOptions): Promise<boolean> {
	const { disk = systemDisk } = options;
	const format = formatFor(options);
	const oldest = await oldestFormat(path, disk, format);
	return (oldest !== undefined && oldest < format.current) || isUnsettled(path, disk);
}

/** Brings the files to this program's format. The caller has the lock of the relay: no other one uses them meanwhile. */
async function prepare(path: string, options: DataDirectoryOptions): Promise<void> {
	const { clock, log, disk = systemDisk, processes } = options;
	const format = formatFor(options);
	const means = { directory: path, disk, clock, log, processes, format };
	await settleData(means);
	const oldest = await oldestFormat(path, disk, format);
	if (oldest !== undefined && oldest < format.current) await upgradeData(oldest, means);
}

/** The same for a program that is no relay: not under the feet of one that still runs with the earlier format. */
async function prepareAlone(path: string, options: DataDirectoryOptions): Promise<void> {
	const { clock, log, disk = systemDisk, processes } = options;
	const lock = await RelayLock.take({ directory: path, disk, clock, log, processes }).catch((cause) => {
		const { current } = formatFor(options);
		const words = `The data directory ${path} is to be upgraded to format ${current}, and a relay of an earlier version runs on it. Restart that relay with this version; nothing was changed`;
		throw new Error(words, { cause });
	});
	try {
		await prepare(path, options);
	} finally {
		await lock.release();
	}
}

async function makeDirectory(path: string, disk: Disk, log: Log): Promise<void> {
	try {
		await disk.makeDirectory(path);
	} catch (cause) {
		const isThere = await disk.stat(path).catch(() => undefined);
		if (!isThere) throw new Error(`Cannot make the data directory ${path}: ${reasonOf(cause)}`, { cause });
		log.warn('the data directory cannot be written', { directory: path, reason: reasonOf(cause) });
	}
}

/** However the files came here, by a copy or out of an archive: only their owner may read them. */
async function closeToOthers(directory: string, disk: Disk, log: Log): Promise<void> {
	try {
		await disk.setMode(directory, 0o700);
		for (const name of await disk.list(directory)) {
			if (/\.jsonl?$/.test(name)) await disk.setMode(`${directory}/${name}`, 0o600);
		}
	} catch (failure) {
		log.warn('the data directory cannot be closed to other users of this machine', {
			directory,
			reason: reasonOf(failure),
		});
	}
}

function logged(log: Log): ReportFault {
	return (_kind, thrown, fields) =>
		log.error('the data directory cannot be written', { ...fields, reason: reasonOf(thrown) });
}
