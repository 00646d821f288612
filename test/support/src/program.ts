import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

/** The root of the clone under test. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

/** Output kept for looking at: a program that prints a video has said enough after this much. */
const MAX_KEPT = 1_000_000;

export interface ProgramOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** Put it into a session of its own, which the system may give less of the processor than others. */
	readonly detached?: boolean;
	/** Run it as this user; only root can. */
	readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A real process of a test: what it printed so far, and ways to end it. The caller disposes of it. */
export class Program implements AsyncDisposable {
	readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
	readonly #name: string;
	/** What it wrote so far. */
	stdout = '';
	stderr = '';
	/** Settles when it has ended. */
	readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
	#isOver = false;

	constructor(program: string, args: readonly string[], { env = {}, detached = false, user }: ProgramOptions = {}) {
		this.#name = [program.split('/').at(-1), ...args].join(' ').slice(0, 80);
		this.#child = spawn(program, [...args], {
			cwd: ROOT,
			env: { ...process.env, ...env },
			detached,
			...user,
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		this.#child.stdout.on('data', (chunk: Buffer) => {
			if (this.stdout.length < MAX_KEPT) this.stdout += chunk.toString('utf8');
		});
		this.#child.stderr.on('data', (chunk: Buffer) => {
			if (this.stderr.length < MAX_KEPT) this.stderr += chunk.toString('utf8');
		});
		this.#child.stdin.on('error', () => {});
		this.ended = new Promise((resolve, reject) => {
			this.#child.once('error', reject);
			this.#child.once('close', (code, signal) => {
				this.#isOver = true;
				resolve({ code, signal });
			});
		});
	}

	/** Its number on this machine. */
	get pid(): number {
		return this.#child.pid ?? 0;
	}

	get isRunning(): boolean {
		return !this.#isOver;
	}

	/** What it reads. */
	get stdin(): Writable {
		return this.#child.stdin;
	}

	/** Calls `listener` with every line that it writes from now on, also with those that are not kept. */
	onLine(output: 'stdout' | 'stderr', listener: (line: string) => void): void {
		createInterface({ input: this.#child[output] }).on('line', listener);
	}

	/** Calls `listener` with its output from now on, byte for byte. */
	onBytes(listener: (chunk: Uint8Array) => void): void {
		this.#child.stdout.on('data', listener);
	}

	/** Sends its output, byte for byte, to another's input. */
	pipeInto(input: Writable): void {
		this.#child.stdout.pipe(input);
	}

	/** Resolves with the match once its output matches; rejects if it ends before. */
	said(pattern: RegExp, patienceMs?: number): Promise<RegExpExecArray> {
		const look = () => {
			const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
			if (!match && this.#isOver)
				throw new Error(`${this.#name} ended without saying ${pattern}:\n${this.stdout}${this.stderr}`);
			return match ?? undefined;
		};
		return until(`${this.#name} to say ${pattern}`, look, patienceMs);
	}

	/** Sends a signal. */
	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** Sends a signal and waits for its end. */
	async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
		if (!this.#isOver) this.#child.kill(signal);
		return this.ended;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.end();
	}
}

/** Starts `oriel` with these arguments. */
export function oriel(args: readonly string[], options?: ProgramOptions): Program {
	return new Program(process.execPath, ['packages/cli/bin/oriel.mjs', ...args], options);
}

/** Runs `oriel` to its end and gives what it printed; rejects if it failed. */
export async function runOriel(args: readonly string[]): Promise<string> {
	const program = oriel(args);
	const { code } = await program.ended;
	if (code === 0) return program.stdout.trim();
	throw new Error(`oriel ${args.join(' ')} ended with ${code}: ${program.stderr}`);
}
