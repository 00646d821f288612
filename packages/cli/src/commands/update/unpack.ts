import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import * as v from 'valibot';

const manifestShape = v.object({
	name: v.literal('oriel'),
	version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+[\w.+-]*$/)),
});

/** Unpacks a package of Oriel into `folder` and runs it once. Gives its version; throws in words. */
export function unpack(tarball: string, folder: string): string {
	mkdirSync(folder, { mode: 0o755 });
	const words = ['-xzf', tarball, '-C', folder, '--strip-components=1', '-o'];
	const { status, error, stderr } = spawnSync('tar', words, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
	if (error) throw new Error(`Cannot run tar: ${error.message}. Nothing was changed`, { cause: error });
	if (status !== 0) throw new Error(`The package could not be unpacked: ${stderr.trim()}. Nothing was changed`);
	const version = versionIn(folder);
	const program = join(folder, 'bin', 'oriel.mjs');
	const asked = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8', timeout: 60_000 });
	if (asked.stdout?.trim() === version) return version;
	const said = asked.stderr?.trim() ?? '';
	const reason = /^\w*Error\b.*$/m.exec(said)?.[0] ?? (said.split('\n').at(-1) || reasonOf(asked.error ?? 'no words'));
	throw new Error(
		`Oriel ${version} does not run here with Node ${process.versions.node}: ${reason}. Nothing was changed`,
	);
}

function versionIn(folder: string): string {
	try {
		return v.parse(manifestShape, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).version;
	} catch (cause) {
		throw new Error(`This is no package of Oriel: package.json: ${reasonOf(cause)}. Nothing was changed`, { cause });
	}
}
