import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Program } from './program.ts';
import { until } from './until.ts';

const OURS = '/opt/oriel /etc/oriel /var/lib/oriel /var/lib/oriel-camera /usr/local/bin/oriel /usr/local/lib/oriel';

/**
 * A machine of its own to install things on: a file tree that begins as this one's and keeps its changes apart, with processes
 * that all end with it, and a systemctl that keeps a list of what it was told and starts services.
 * Needs root, and says so.
 */
export class OtherMachine implements AsyncDisposable {
	readonly #folder: string;
	readonly #holder: ChildProcess;
	readonly #pid: number;

	private constructor(folder: string, holder: ChildProcess, pid: number) {
		this.#folder = folder;
		this.#holder = holder;
		this.#pid = pid;
	}

	/** `network: 'own'`: with a loopback and a firewall of its own, and no other way out or in. */
	static async start({ network = 'shared' }: { network?: 'shared' | 'own' } = {}): Promise<OtherMachine> {
		if (process.getuid?.() !== 0) throw new Error('These tests mount file systems: run them as root');
		const folder = mkdtempSync(join(tmpdir(), 'oriel-machine-'));
		const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(folder, name));
		for (const path of [upper, work, root]) mkdirSync(path as string);
		const overlay = `mount -t overlay -o lowerdir=/,upperdir=${upper},workdir=${work} oriel ${root}`;
		// Outside of a service manager's own folder: what is mounted there stays this machine's.
		const mounts = `mount --rbind /dev ${root}/dev && mount -t proc proc ${root}/proc && mount -t tmpfs tmpfs ${root}/run`;
		const words = [
			...(network === 'own' ? ['--net'] : []),
			'--mount',
			'--pid',
			'--fork',
			'--kill-child',
			'--propagation',
			'private',
			'sh',
			'-c',
		];
		const holder = spawn('unshare', [...words, `${overlay} && ${mounts} && echo ready && cat`], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		let said = '';
		holder.stdout.on('data', (chunk) => {
			said += chunk;
		});
		await until('another machine', () => said.includes('ready'));
		const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
		const machine = new OtherMachine(folder, holder, Number(children.trim().split(' ')[0]));
		machine.write('/usr/bin/systemctl', FAKE_SYSTEMCTL, 0o755);
		// Whatever this machine has of Oriel.
		if (network === 'own') await machine.done('ip link set lo up');
		await machine.done(`mkdir -p /run/systemd/system; rm -rf ${OURS}`);
		return machine;
	}

	/** Runs a command line of `sh` with this environment and nothing else. */
	run(line: string, env: Readonly<Record<string, string>> = {}): Program {
		const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
		const given = Object.entries({ HOME: '/root', ...env }).map(([name, value]) => `${name}=${value}`);
		const inside = ['chroot', join(this.#folder, 'root'), 'env', '-i', path, ...given, 'sh', '-c', line];
		return new Program('nsenter', ['--target', String(this.#pid), '--mount', '--pid', '--net', ...inside]);
	}

	/** Runs it to its end. */
	async done(line: string, env?: Readonly<Record<string, string>>): Promise<Ended> {
		await using program = this.run(line, env);
		const { code } = await program.ended;
		return { code, stdout: program.stdout, stderr: program.stderr };
	}

	/** A program of this machine that runs in that one's network: a path to start it by. */
	inNetwork(program: string): string {
		const path = join(this.#folder, `in-network-${program.split('/').at(-1)}`);
		const network = `/proc/${this.#pid}/ns/net`;
		writeFileSync(path, `#!/bin/sh\nexec nsenter --net=${network} ${program} "$@"\n`, { mode: 0o755 });
		return path;
	}

	/** Puts a file there. To be used before it has been read there. */
	write(path: string, text: string, mode = 0o644): void {
		const place = join(this.#folder, 'root', path);
		const inside = `/proc/${this.#pid}/root${place}`;
		mkdirSync(dirname(inside), { recursive: true });
		writeFileSync(inside, text);
		chmodSync(inside, mode);
	}

	/** What a file there holds; undefined if there is none. */
	read(path: string): string | undefined {
		const inside = `/proc/${this.#pid}/root${join(this.#folder, 'root', path)}`;
		return existsSync(inside) ? readFileSync(inside, 'utf8') : undefined;
	}

	/** Every file, link and removal that differs from the machine as it was, with what tells it from another of that name. */
	changes(): Map<string, string> {
		const upper = join(this.#folder, 'upper');
		const paths = readdirSync(upper, { recursive: true, encoding: 'utf8' });
		const entries = paths.flatMap((path): [string, string][] => {
			const stats = lstatSync(join(upper, path));
			// A removal is a device, which may be made again.
			const mark = stats.isCharacterDevice() ? 'removed' : `${stats.ino} ${stats.mtimeMs}`;
			return stats.isDirectory() ? [] : [[`/${path}`, mark]];
		});
		return new Map(entries);
	}

	/**
	 * Ties this machine to another by a cable. Each has the other as its gateway, so that its addresses are reached by the
	 * default route, as those of the internet are. Both must have a network of their own.
	 */
	async cableTo(other: OtherMachine, own: readonly string[], theirs: readonly string[]): Promise<void> {
		this.#network('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(other.#pid));
		for (const [machine, addresses, gateways] of [
			[this, own, theirs],
			[other, theirs, own],
		] as const) {
			for (const address of addresses)
				machine.#network('ip', 'address', 'add', address, 'dev', 'eth0', ...NO_WAIT(address));
			machine.#network('ip', 'link', 'set', 'eth0', 'up');
			for (const gateway of gateways)
				machine.#network('ip', 'route', 'add', 'default', 'via', gateway.replace(/\/.*/, ''), 'dev', 'eth0');
		}
	}

	#network(...words: readonly string[]): void {
		const { status, stderr } = spawnSync('nsenter', ['--target', String(this.#pid), '--net', ...words], {
			encoding: 'utf8',
		});
		if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
	}

	/** What systemctl was told, oldest first. */
	get told(): string[] {
		return (this.read('/run/told') ?? '').split('\n').filter((line) => line !== '');
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const ended = new Promise((resolve) => this.#holder.once('close', resolve));
		this.#holder.stdin?.end();
		await ended;
		// The last process of the namespace takes its mounts along, a moment after its end.
		await until('the mounts to go', () => !isMounted(this.#folder));
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** An IPv6 address is used at once: no other machine can have it. */
const NO_WAIT = (address: string): string[] => (address.includes(':') ? ['nodad'] : []);

function isMounted(folder: string): boolean {
	return spawnSync('grep', ['-q', folder, '/proc/self/mounts']).status === 0;
}

/**
 * Understands what Oriel tells systemctl. A service is started as the unit says and as root; its output goes to /run/NAME.log.
 * Enabled is what has a link, as with systemd.
 */
const FAKE_SYSTEMCTL = `#!/bin/sh
echo "$*" >>/run/told
units=/etc/systemd/system
if [ "$1" = --user ]; then units=$HOME/.config/systemd/user; wants=default.target.wants; shift; fi
wants=$units/\${wants:-multi-user.target.wants}
do=$1; shift
now=
if [ "\${1:-}" = --now ]; then now=yes; shift; fi
# A process that has ended may wait for someone to ask how.
runs() { [ -e "/run/$1.pid" ] && grep -q '^State:.[^ZX]' "/proc/$(cat "/run/$1.pid")/status" 2>/dev/null; }
stop() {
	if runs "$1"; then kill "$(cat "/run/$1.pid")" 2>/dev/null; fi
	while runs "$1"; do sleep 0.02; done
	rm -f "/run/$1.pid"
}
start() {
	if runs "$1"; then return; fi
	grep -q '^StateDirectory=' "$units/$1" && mkdir -p "/var/lib/$(sed -n 's/^StateDirectory=//p' "$units/$1")"
	env=$(sed -n 's/^EnvironmentFile=-\\{0,1\\}//p' "$units/$1")
	line=$(sed -n 's/^ExecStart=//p' "$units/$1")
	credentials=$(sed -n 's/^LoadCredential=//p' "$units/$1")
	mkdir -p "/run/$1.d"
	if [ -n "$credentials" ]; then cp "\${credentials#*:}" "/run/$1.d/\${credentials%%:*}"; fi
	(
		if [ -n "$env" ] && [ -e "$env" ]; then set -a; . "$env"; set +a; fi
		export CREDENTIALS_DIRECTORY="/run/$1.d" RUNTIME_DIRECTORY="/run/$1.d"
		eval "exec setsid $line" >"/run/$1.log" 2>&1 </dev/null
	) &
	echo $! >"/run/$1.pid"
}
for unit in "$@"; do
	case $do in
	enable) [ -e "$units/$unit" ] || exit 1; mkdir -p "$wants"; [ -L "$wants/$unit" ] || ln -s "$units/$unit" "$wants/$unit"; [ -z "$now" ] || start "$unit" ;;
	disable) rm -f "$wants/$unit"; rmdir "$wants" 2>/dev/null; [ -z "$now" ] || stop "$unit" ;;
	try-restart) if [ -e "/run/$unit.pid" ]; then stop "$unit"; start "$unit"; fi ;;
	restart) stop "$unit"; start "$unit" ;;
	stop) stop "$unit" ;;
	is-active) runs "$unit" || exit 3 ;;
	esac
done
exit 0
`;
