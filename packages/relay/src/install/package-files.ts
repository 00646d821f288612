import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { systemCode } from '@oriel/base';
import * as v from 'valibot';
import type { TarFile } from './ustar.ts';

/** Part of every package, whatever its `files` say; the last two may be missing in a clone. */
const ALWAYS = ['package.json', 'LICENSE', 'README.md'];
const SHEBANG = 0x23_21;

const manifestShape = v.object({ files: v.array(v.string()) });

/** The files of the package `oriel` in `root`, as npm packs them, sorted: what its `files` name, and what npm adds. */
export async function packageFiles(root: string): Promise<TarFile[]> {
	const { files } = v.parse(manifestShape, JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
	const paths = (await Promise.all([...ALWAYS, ...files].map((path) => filesAt(root, path)))).flat().sort();
	return Promise.all(
		paths.map(async (path) => {
			const bytes = await readFile(join(root, path));
			const isExecutable = bytes.length > 2 && bytes.readUInt16BE(0) === SHEBANG;
			return { path: `package/${path}`, bytes, isExecutable };
		}),
	);
}

async function filesAt(root: string, path: string): Promise<string[]> {
	try {
		if (!(await stat(join(root, path))).isDirectory()) return [path];
		const names = await readdir(join(root, path));
		return (await Promise.all(names.map((name) => filesAt(root, posix.join(path, name))))).flat();
	} catch (failure) {
		if (systemCode(failure) === 'ENOENT' && ALWAYS.includes(path)) return [];
		throw failure;
	}
}
