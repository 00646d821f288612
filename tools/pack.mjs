// `npm run pack [FOLDER]`: the one published package, `oriel-VERSION.tgz`, in the root of the clone or in FOLDER, and the
// `install.sh` that installs it.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ROOT, run } from './ensure.mjs';

const CLI = join(ROOT, 'packages', 'cli');
/** npm adds it from the package's own folder only. */
const README = join(CLI, 'README.md');

const destination = resolve(process.argv[2] ?? ROOT);
ensureBuilt();
try {
	copyFileSync(join(ROOT, 'README.md'), README);
	const words = run('npm', ['pack', '--json', '--workspace', 'oriel', '--pack-destination', destination], {
		quiet: true,
	});
	const [{ filename, version, size, unpackedSize, integrity }] = JSON.parse(words);
	const sha256 = createHash('sha256')
		.update(readFileSync(join(destination, filename)))
		.digest('hex');
	const template = readFileSync(join(CLI, 'dist', 'deploy', 'install.sh'), 'utf8');
	const { installScript } = await import('@oriel/relay');
	const script = installScript(template, { version, sha256, relay: '', pin: undefined });
	writeFileSync(join(destination, 'install.sh'), script, { mode: 0o755 });
	process.stdout.write(`${filename}: ${size} bytes packed, ${unpackedSize} bytes unpacked, ${integrity}\n`);
} finally {
	rmSync(README, { force: true });
}
