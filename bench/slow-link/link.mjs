import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { canPin, LOAD_CORE } from '../testbed/testbed.mjs';

/** Of the machine at the near end of a link, where the sender is, and of the one at the far end. */
export const NEAR = '10.77.0.1';
export const FAR = '10.77.0.2';
/** What a router holds, beyond which it drops: the usual home router holds more. */
const QUEUE_MS = 200;
const BURST_BYTES = 6000;
const PREFIX = 'oriel-slow-';
/** Goes before whatever else the machine does. */
const FIRST = ['nice', '-n', '-10'];
const END_TIMEOUT_MS = 2000;

let count = 0;
const open = new Set();

/** Why links cannot be laid here, in words; undefined if they can. */
export function whyNoLinks() {
	if (process.platform !== 'linux') return 'network namespaces are a part of Linux; this machine runs something else';
	if (process.getuid?.() !== 0) return 'laying links needs root: run it as root, e.g. "sudo npm run bench slow-link"';
	for (const program of ['ip', 'tc']) {
		if (spawnSync(program, ['-V']).status !== 0) return `the program "${program}" is missing: apt-get install iproute2`;
	}
	const { status, stderr } = spawnSync('ip', ['netns', 'add', `${PREFIX}${process.pid}-try`], { encoding: 'utf8' });
	if (status !== 0) return `"ip netns add" does not work here: ${stderr.trim()}`;
	spawnSync('ip', ['netns', 'del', `${PREFIX}${process.pid}-try`]);
	return undefined;
}

/** Whatever happens, nothing is left behind: what earlier runs left when they were killed goes too. */
export function cleanUpAlways() {
	for (const name of readdirSync('/run/netns')) {
		const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
		if (pid && !isAlive(Number(pid))) spawnSync('ip', ['netns', 'del', name]);
	}
	const leave = () => process.exit(130);
	process.once('SIGINT', leave);
	process.once('SIGTERM', leave);
	process.once('exit', () => {
		for (const link of open) link.tearDown();
	});
}

function killNow(pid) {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has just left.
	}
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Two machines of their own and a cable between them; from near to far it carries no more than it is told. */
export class Link {
	#name = `${PREFIX}${process.pid}-${++count}`;
	/** @type {Set<import('node:child_process').ChildProcess>} */
	#children = new Set();

	#isPinned;

	/** @param {number} bitsPerSecond @param {boolean} [isPinned] whether programs stay on their cores */
	constructor(bitsPerSecond, isPinned = false) {
		this.#isPinned = isPinned && canPin;
		open.add(this);
		const [near, far] = [this.#name, `${this.#name}f`];
		ip('netns', 'add', near);
		ip('netns', 'add', far);
		ip('-n', near, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', far);
		for (const [name, address] of [
			[near, NEAR],
			[far, FAR],
		]) {
			ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', 'cable');
			ip('-n', name, 'link', 'set', 'lo', 'up');
			ip('-n', name, 'link', 'set', 'cable', 'up');
		}
		this.#shape('add', bitsPerSecond);
	}

	/** @param {number} bitsPerSecond */
	narrow(bitsPerSecond) {
		this.#shape('change', bitsPerSecond);
	}

	/**
	 * Starts a program of Node at one end.
	 * @param {'near' | 'far'} end
	 * @param {readonly (string | number)[]} args
	 * @param {Record<string, string>} [env]
	 * @param {{core?: number, isFirst?: boolean}} [place] where it runs if programs are pinned, and whether it goes before others
	 */
	start(end, args, env = {}, { core = LOAD_CORE, isFirst = false } = {}) {
		const name = end === 'near' ? this.#name : `${this.#name}f`;
		const pin = this.#isPinned ? ['taskset', '-c', String(core), ...(isFirst ? FIRST : [])] : [];
		const command = ['netns', 'exec', name, ...pin, process.execPath, ...args.map(String)];
		const child = spawn('ip', command, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
		this.#children.add(child);
		let words = '';
		child.stderr.on('data', (text) => {
			words = (words + text).slice(-3000);
		});
		child.stdin.on('error', () => {});
		child.once('close', () => this.#children.delete(child));
		child.complaints = () => words.trim();
		return child;
	}

	/** Ends the programs, the newest first, and takes the link down. */
	async end() {
		for (const child of [...this.#children].reverse()) await endOf(child);
		this.tearDown();
	}

	/** The same, at once. */
	tearDown() {
		open.delete(this);
		for (const name of [this.#name, `${this.#name}f`]) {
			// What our programs have started is in there too.
			const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
			for (const pid of stdout.split('\n').filter(Boolean)) killNow(Number(pid));
			spawnSync('ip', ['netns', 'del', name]);
		}
	}

	#shape(verb, bitsPerSecond) {
		const rate = ['rate', `${bitsPerSecond}bit`, 'burst', String(BURST_BYTES), 'latency', `${QUEUE_MS}ms`];
		execFileSync('ip', ['netns', 'exec', this.#name, 'tc', 'qdisc', verb, 'dev', 'cable', 'root', 'tbf', ...rate]);
	}
}

/** Ends a program. */
export async function endOf(child) {
	const closed = new Promise((resolve) => child.once('close', resolve));
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
	await closed;
	clearTimeout(timer);
}

function ip(...args) {
	execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
