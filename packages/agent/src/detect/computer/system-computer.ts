import { constants } from 'node:fs';
import { access, open, readdir, readlink } from 'node:fs/promises';
import { type Clock, systemCode } from '@oriel/base';
import { askProgram } from './ask.ts';
import type { Computer } from './computer.ts';

/** What is read of one file. */
export const MAX_TEXT_BYTES = 64 * 1024;
/** Names that are taken from one folder. */
export const MAX_NAMES = 4096;

export interface SystemComputerOptions {
	readonly clock: Clock;
	/** A folder that stands for `/`; default: `/` itself. Programs are those of the real system all the same. */
	readonly root?: string | undefined;
	/** What programs inherit, and whose PATH is searched; default: our own. */
	readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** The machine that this runs on. */
export function systemComputer({ clock, root = '', environment }: SystemComputerOptions): Computer {
	// Glued, not joined: `device/../idVendor` must follow the link `device` before it goes up.
	const at = (path: string) => `${root}${path}`;
	return {
		platform: process.platform,
		arch: process.arch,
		groups: process.getgroups?.() ?? [],
		isRoot: process.getuid?.() === 0,
		readText: (path) => readBeginning(at(path)),
		list: async (folder) => (await readdir(at(folder)).catch(() => [])).sort(byName).slice(0, MAX_NAMES),
		readLink: (path) => readlink(at(path)).catch(() => undefined),
		async access(path) {
			try {
				await access(at(path), constants.R_OK | constants.W_OK);
				return 'yes';
			} catch (failure) {
				return systemCode(failure) === 'ENOENT' ? 'missing' : 'no';
			}
		},
		ask: (program, args, options = {}) => askProgram(program, args, { ...options, clock, environment }),
	};
}

/** `video2` before `video10`. */
function byName(one: string, other: string): number {
	return one.localeCompare(other, 'en', { numeric: true });
}

async function readBeginning(path: string): Promise<string | undefined> {
	try {
		await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
		const buffer = Buffer.alloc(MAX_TEXT_BYTES);
		const { bytesRead } = await file.read(buffer, 0, MAX_TEXT_BYTES, null);
		return buffer.toString('utf8', 0, bytesRead);
	} catch {
		return undefined;
	}
}
