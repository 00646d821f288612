import { silentLog, systemClock } from '@oriel/base';
import type { AccessFiles } from '../../../../packages/relay/src/auth/files.ts';
import { changeData } from '../../../../packages/relay/src/auth/store/data-directory.ts';
import type { Disk } from '../../../../packages/relay/src/auth/store/disk.ts';

/** Changes a relay's data directory as the command line does: by its files. Resolves when the change is on disk. */
export function byCommandLine<T>(directory: string, change: (files: AccessFiles) => T, disk?: Disk): Promise<T> {
	return changeData(directory, { clock: systemClock, log: silentLog, disk }, change);
}
