import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find.ts';
import type { Machine } from './machine.ts';
import { OrphanGuard } from './orphan-guard.ts';
import { claimCamera } from './pid-file.ts';
import { isStuck, memoryOf } from './proc.ts';

export interface LocalMachineOptions {
	/** Where the pid files are; default: `oriel-UID` in the system's temporary folder. */
	readonly runFolder?: string | undefined;
	/** Default: a new one. */
	readonly orphanGuard?: OrphanGuard | undefined;
	/** What programs inherit, and whose PATH is searched; default: the agent's own. */
	readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** This machine. */
export function localMachine({
	runFolder,
	orphanGuard = new OrphanGuard(),
	environment,
}: LocalMachineOptions = {}): Machine {
	const folder = runFolder ?? join(tmpdir(), `oriel-${process.getuid?.() ?? 'user'}`);
	const own = () => environment ?? process.env;
	return {
		memory: totalmem(),
		find: (program) => findProgram(program, own().PATH),
		start: (path, args, { environment: more, hasPreview }) =>
			orphanGuard.start(path, args, { environment: { ...own(), ...more }, hasPreview }),
		memoryOf,
		isStuck,
		claim: (use, clock) => claimCamera(folder, use, clock),
	};
}
