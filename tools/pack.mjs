// `npm run pack [FOLDER]`: the one published package, `oriel-VERSION.tgz`, in the root of the clone or in FOLDER.
import { copyFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ROOT, run } from './ensure.mjs';

const CLI = join(ROOT, 'packages', 'cli');
/** npm adds them from the package's own folder only. */
const COPIES = ['README.md', 'LICENSE'];

const destination = resolve(process.argv[2] ?? ROOT);
ensureBuilt();
try {
	for (const name of COPIES) copyFileSync(join(ROOT, name), join(CLI, name));
	const words = run('npm', ['pack', '--json', '--workspace', 'oriel', '--pack-destination', destination], {
		quiet: true,
	});
	const [{ filename, size, unpackedSize, integrity }] = JSON.parse(words);
	process.stdout.write(`${filename}: ${size} bytes packed, ${unpackedSize} bytes unpacked, ${integrity}\n`);
} finally {
	for (const name of COPIES) rmSync(join(CLI, name), { force: true });
}
