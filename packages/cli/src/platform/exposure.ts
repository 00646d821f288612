import { type Stats, statSync } from 'node:fs';

/** What of a file's status says who may read it. */
export type Belonging = Pick<Stats, 'mode' | 'uid'>;

/**
 * Why a file with a secret in it is not private, in words; undefined if it is. The group may read only what belongs to
 * root: that is how an administrator, or systemd, hands a secret to one service.
 */
export function exposureOf(
	path: string,
	belonging: Belonging | undefined = statSync(path, { throwIfNoEntry: false }),
	platform: NodeJS.Platform = process.platform,
): string | undefined {
	if (platform === 'win32' || !belonging) return undefined;
	const mode = (belonging.mode & 0o777).toString(8).padStart(4, '0');
	const end = `its mode is ${mode}. Run: chmod 600 ${path}`;
	if (belonging.mode & 0o007) return `every user of this machine can read or change ${path}: ${end}`;
	if (belonging.mode & 0o070 && belonging.uid !== 0)
		return `other users of its group can read or change ${path}: ${end}`;
	return undefined;
}
