import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package `oriel`: this file is two folders below it in the sources, in what tsc writes, and in the bundle. */
const PACKAGE = new URL('../../', import.meta.url);

/** Version of this program. */
export const VERSION: string = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')).version;

/** Folder with the built page. */
export const PAGE_DIRECTORY: string = fileURLToPath(new URL('dist/page/', PACKAGE));
