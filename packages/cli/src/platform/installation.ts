import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package `oriel`: this file is two folders below it in the sources, in what tsc writes, and in the bundle. */
const PACKAGE = new URL('../../', import.meta.url);

/** Version of this program. */
export const VERSION: string = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')).version;

/** Folder of the package, which a relay passes on to the machines beside the cameras. */
export const PROGRAM_DIRECTORY: string = fileURLToPath(PACKAGE);

/** Folder with the built page. */
export const PAGE_DIRECTORY: string = fileURLToPath(new URL('dist/page/', PACKAGE));

/**
 * The words that start this program, for units. A link to the file itself is npm's and is followed; one on the way to it may be
 * the installer's `current`, which leads to the newest version.
 */
export function programWords(file: string = process.argv[1] ?? ''): readonly string[] {
	return [process.execPath, lstatSync(file).isSymbolicLink() ? realpathSync(file) : file];
}
