// Brings a clone to the state in which everything can run: packages installed, sources compiled, page built.
// Does only what is missing or stale, so that the second time costs nothing.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = join(ROOT, '.cache');

/** Runs a program in the root of the clone and ends this one with its exit code if it fails. */
export function run(program, args, { quiet = false } = {}) {
	const { status, error, stdout, stderr } = spawnSync(program, args, {
		cwd: ROOT,
		stdio: quiet ? 'pipe' : 'inherit',
		encoding: 'utf8',
	});
	if (error) throw new Error(`Cannot run ${program}: ${error.message}`);
	if (status === 0) return stdout;
	if (quiet) process.stderr.write(`${stdout}${stderr}`);
	process.exit(status ?? 1);
}

/** Path of a program that npm has installed. */
export function bin(name) {
	return join(ROOT, 'node_modules', '.bin', name);
}

export function requireNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const oldest = { 20: 19, 22: 12 };
	if (major >= 24 || minor >= oldest[major]) return;
	process.stderr.write(
		`This is Node ${process.versions.node}; Oriel needs 24, 22.12 or 20.19, or a newer version of one of these lines. See docs/guide/node.md.\n`,
	);
	process.exit(1);
}

/** Installs the packages of package-lock.json unless exactly these are installed. */
export function ensureInstalled() {
	requireNode();
	doOnce('install', fingerprint(['package-lock.json']), existsSync(join(ROOT, 'node_modules')), () => {
		process.stderr.write('Installing packages …\n');
		run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
	});
}

const CLI = 'packages/cli';

/** Compiles and builds what has changed. */
export function ensureBuilt() {
	ensureInstalled();
	run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--build']);
	const shared = ['base', 'media', 'stream', 'protocol', 'api'].map((name) => `packages/${name}`);
	const page = fingerprint([...shared, 'packages/web']);
	doOnce('page', page, existsSync(join(ROOT, CLI, 'dist/page/index.html')), () => {
		process.stderr.write('Building the page …\n');
		const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
		run(process.execPath, [vite, 'build', 'packages/web', '--logLevel', 'warn']);
	});
	const program = fingerprint([
		...shared,
		'packages/testcard',
		'packages/agent',
		'packages/relay',
		CLI,
		'deploy',
		'tools/bundle.mjs',
		'package-lock.json',
	]);
	doOnce('program', program, existsSync(join(ROOT, CLI, 'dist/bundle/main.js')), () => {
		process.stderr.write('Bundling the program …\n');
		run(process.execPath, [join(ROOT, 'tools', 'bundle.mjs')]);
	});
}

/** Calls `action` unless it was done with the same fingerprint before and its result is still there. */
function doOnce(name, print, isThere, action) {
	const stamp = join(CACHE, `${name}.stamp`);
	if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return;
	action();
	mkdirSync(CACHE, { recursive: true });
	writeFileSync(stamp, print);
}

/** Results of builds, and the README that is in the program's folder while it is packed: another pack must not bundle again then. */
const NOT_SOURCE = ['dist', 'node_modules', 'README.md'];

/** Changes with the content of any file below `paths`, results of builds left out. */
function fingerprint(paths) {
	const hash = createHash('sha256');
	const add = (path) => {
		const full = join(ROOT, path);
		if (!statSync(full).isDirectory()) return hash.update(path).update('\0').update(readFileSync(full));
		for (const name of readdirSync(full).sort()) {
			if (!NOT_SOURCE.includes(name)) add(join(path, name));
		}
	};
	paths.forEach(add);
	return hash.digest('hex');
}
