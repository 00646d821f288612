import { silentLog, systemClock } from '@oriel/base';
import type { AccessFiles } from '../../../../packages/relay/src/access/files.ts';
import { changeData } from '../../../../packages/relay/src/access/store/data-directory.ts';
import type { Disk } from '../../../../packages/relay/src/access/store/disk.ts';

/** Changes a relay's data directory as the command line does: by its files. Resolves when the change is on disk. */
export function byCommandLine<T>(directory: string, change: (files: AccessFiles) => T, disk?: Disk): Promise<T> {
	return changeData(directory, { clock: systemClock, log: silentLog, disk }, change);
}
