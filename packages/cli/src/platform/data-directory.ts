import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../options/read.ts';

/** Where a relay keeps its data unless told otherwise: where each system expects such things. */
export function defaultDataDirectory(
	env: Environment,
	platform = process.platform,
	isRoot = process.getuid?.() === 0,
): string {
	if (env.STATE_DIRECTORY) return env.STATE_DIRECTORY;
	if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Oriel');
	if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Oriel');
	return isRoot ? '/var/lib/oriel' : join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'oriel');
}
