import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** The core of whatever is measured, and that of everything that loads it. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const END_TIMEOUT_MS = 3000;

/** Whether each side can have a core of its own. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Moves this process, and what it starts, to the core of the load. */
export function pinSelf() {
	if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

/**
 * One program of a bench.
 * @typedef {object} Actor
 * @property {number} pid
 * @property {(line: string) => void} tell writes a line to its stdin
 * @property {(event: string) => Promise<any>} hear the next JSON line on its stdout, which must be that event
 * @property {() => Promise<void>} end
 * @property {import('node:child_process').ChildProcess} child
 */

/** The programs of one measurement. One that leaves before its time breaks the whole of it. */
export class Testbed {
	/** @type {Actor[]} */
	#actors = [];
	/** @type {(reason: Error) => void} */
	#break = () => {};
	/** @type {Promise<never>} */
	#broken = new Promise((_, reject) => {
		this.#break = reject;
	});

	constructor() {
		// A caller that waits hears of it through `guard`; between two waits there is none, and that is no crash.
		this.#broken.catch(() => {});
	}

	/**
	 * Starts a program on a core.
	 * @param {string} name for error texts
	 * @param {readonly string[]} command
	 * @param {{core: number, ipc?: boolean}} options
	 * @returns {Actor}
	 */
	start(name, command, { core, ipc = false }) {
		const [program, ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command;
		const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])] });
		let complaints = '';
		let ending = false;
		child.stderr.on('data', (text) => {
			complaints = (complaints + text).slice(-2000);
		});
		child.stdin.on('error', () => {});
		const exited = new Promise((resolve) => child.once('close', resolve));
		child.once('error', (error) => this.#break(error));
		child.once('close', (code, signal) => {
			if (!ending) this.#break(new Error(`${name} left early (${signal ?? code}): ${complaints.trim() || 'no word'}`));
		});
		const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		const actor = {
			pid: child.pid ?? 0,
			child,
			tell: (line) => child.stdin.write(`${line}\n`),
			hear: (event) => this.guard(nextEvent(name, lines, event)),
			end: async () => {
				ending = true;
				child.kill('SIGTERM');
				const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
				await exited;
				clearTimeout(timer);
			},
		};
		this.#actors.push(actor);
		return actor;
	}

	/**
	 * Waits for `promise`, or throws as soon as a program leaves early.
	 * @template T
	 * @param {Promise<T>} promise
	 * @returns {Promise<T>}
	 */
	guard(promise) {
		return Promise.race([promise, this.#broken]);
	}

	/** @param {number} seconds */
	wait(seconds) {
		return this.guard(new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
	}

	/** Ends all programs, the newest first. */
	async end() {
		for (let actor = this.#actors.pop(); actor; actor = this.#actors.pop()) await actor.end();
	}
}

/** Calls `act` with a testbed of its own and ends whatever was started on it. */
export async function onTestbed(act) {
	const testbed = new Testbed();
	try {
		return await act(testbed);
	} finally {
		await testbed.end();
	}
}

async function nextEvent(name, lines, event) {
	const { value, done } = await lines.next();
	// Its reason for leaving comes in a moment.
	if (done) return new Promise(() => {});
	const heard = JSON.parse(value);
	if (heard.event !== event) throw new Error(`${name} said ${value}; the event "${event}" was expected`);
	return heard;
}
