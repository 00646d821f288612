// The programs that the tests drive. On Debian as root they are installed; elsewhere the command that does it is said.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Makes sure that of each package (or of packages that belong together, with a space between) one of its programs can be
 * run, or one of its files, whose paths begin with a slash, is there; ends this program if that cannot be reached.
 */
export function ensureTools(programsOf) {
	const missing = () => Object.keys(programsOf).filter((name) => !programsOf[name].some(isOnPath));
	let lacking = missing();
	if (lacking.length > 0 && canInstall()) {
		process.stderr.write(`Installing ${lacking.join(', ')} …\n`);
		apt(['update', '-qq']);
		apt(['install', '-y', '-qq', '--no-install-recommends', ...lacking.flatMap((names) => names.split(' '))]);
		lacking = missing();
	}
	if (lacking.length === 0) return;
	process.stderr.write(
		`The tests need ${lacking.join(', ')}. On Debian or Ubuntu: sudo apt install ${lacking.join(' ')}\n`,
	);
	process.exit(1);
}

/** Whether a program of that name is on the PATH, or a file of that path is there. */
export function isOnPath(name) {
	if (name.startsWith('/')) return existsSync(name);
	return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/** Whether this is Debian or one of its kind, and we may install. */
export function canInstall() {
	return process.getuid?.() === 0 && isOnPath('apt-get');
}

/** Runs apt-get, prints what it says if it fails, and gives whether it did not. */
export function apt(args, { cwd } = {}) {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const { status, stdout, stderr } = spawnSync('apt-get', args, { cwd, env, encoding: 'utf8' });
	if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
	return status === 0;
}
