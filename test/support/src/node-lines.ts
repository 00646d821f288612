import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './program.ts';

/** One version of each line of Node that Oriel supports: docs/guide/node.md. */
export const NODE_LINES = ['20.20.2', '22.23.3', '24.21.0'] as const;

const CACHE = join(ROOT, '.cache', 'node');

/** Path of this version of Node, which npm's registry carries; kept in the clone's cache. */
export function nodeOfLine(version: string): string {
	const folder = join(CACHE, version);
	const program = join(folder, 'package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	if (existsSync(program)) return program;
	const platform = process.platform === 'win32' ? 'win' : process.platform;
	const name = `node-${platform}-${process.arch}@${version}`;
	const draft = `${folder}.${process.pid}`;
	mkdirSync(draft, { recursive: true });
	const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', name, '--pack-destination', draft]));
	run('tar', ['-xzf', join(draft, filename), '-C', draft, 'package/bin']);
	renameSync(draft, folder);
	return program;
}

function run(program: string, args: readonly string[]): string {
	const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
	if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
	return stdout;
}
