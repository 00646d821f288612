import { silentLog, systemClock } from '@oriel/base';
import type { AccessFiles } from '../access/files.ts';
import { changeData } from '../access/store/data-directory.ts';
import type { Disk } from '../access/store/disk.ts';

/** Changes a relay's data directory as the command line does: by its files. Resolves when the change is on disk. */
export function byCommandLine<T>(directory: string, change: (files: AccessFiles) => T, disk?: Disk): Promise<T> {
	return changeData(directory, { clock: systemClock, log: silentLog, disk }, change);
}
