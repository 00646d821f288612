import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packageFiles } from './package-files.ts';
import { ustar } from './ustar.ts';

/** The program as it is passed on. */
export interface ServedPackage {
	/** A gzipped archive that npm installs too. */
	readonly tarball: Buffer;
	/** Of the tarball, in hexadecimal digits. */
	readonly sha256: string;
	/** `install.sh` with its placeholders. */
	readonly script: string;
}

/** Packs the package `oriel` that is in `root`. */
export async function packProgram(root: string): Promise<ServedPackage> {
	const [files, script] = await Promise.all([
		packageFiles(root),
		readFile(join(root, 'dist', 'deploy', 'install.sh'), 'utf8'),
	]);
	const tarball = await promisify(gzip)(ustar(files), { level: 9 });
	return { tarball, sha256: createHash('sha256').update(tarball).digest('hex'), script };
}
