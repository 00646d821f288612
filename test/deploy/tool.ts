import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';

/** Runs a program that `tools/ensure-unpacked.mjs` has fetched, or that this machine has, with all that it says. */
export function tool(name: string, ...args: readonly string[]): { status: number | null; output: string } {
	const fetched = join(ROOT, '.cache', 'tools', name);
	const { status, stdout, stderr, error } = spawnSync(existsSync(fetched) ? fetched : name, args, {
		cwd: ROOT,
		encoding: 'utf8',
	});
	if (error) throw new Error(`Cannot run ${name}: ${error.message}. "npm test" fetches it`);
	return { status, output: `${stdout}${stderr}` };
}
