// `npm run pack [FOLDER]`: the one published package, `oriel-VERSION.tgz`, in the root of the clone or in FOLDER, and the
// `install.sh` that installs it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, ROOT, run } from './ensure.mjs';

const CLI = join(ROOT, 'packages', 'cli');
/** npm adds it from the package's own folder only. */
const README = join(CLI, 'README.md');

const destination = resolve(process.argv[2] ?? ROOT);
mkdirSync(destination, { recursive: true });
ensureBuilt();
bringReadme();
const words = run('npm', ['pack', '--json', '--workspace', 'oriel', '--pack-destination', destination], {
	quiet: true,
});
const [{ filename, version, size, unpackedSize, integrity }] = JSON.parse(words);
const sha256 = sha256Of(readFileSync(join(destination, filename)));
const template = readFileSync(join(CLI, 'dist', 'deploy', 'install.sh'), 'utf8');
const { installScript } = await import('@oriel/relay');
const script = installScript(template, { version, sha256, relay: '', pin: undefined });
writeFileSync(join(destination, 'install.sh'), script, { mode: 0o755 });
const sizes = `${size} bytes packed, ${unpackedSize} bytes unpacked`;
process.stdout.write(`${filename}: ${sizes}, ${integrity}, SHA-256 ${sha256}\n`);
// What deploy/cloud-init.yaml asks for.
process.stdout.write(`install.sh: SHA-256 ${sha256Of(script)}\n`);

/** It stays there, and is replaced as a whole: another one may be packing. */
function bringReadme() {
	const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
	if (existsSync(README) && readFileSync(README, 'utf8') === text) return;
	const draft = `${README}.${process.pid}`;
	writeFileSync(draft, text);
	renameSync(draft, README);
}

function sha256Of(bytes) {
	return createHash('sha256').update(bytes).digest('hex');
}
