import { type StdioOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { deferred } from '@oriel/base';

/** Where a program writes its preview. */
const PREVIEW_DESCRIPTOR = 3;

/** What a program is started with, besides its arguments. */
export interface StartOptions {
	readonly environment: NodeJS.ProcessEnv;
	/** Whether it gets a descriptor 3 to write a preview to. */
	readonly hasPreview?: boolean | undefined;
}

/** With which of the two a process ended. */
export interface Exit {
	readonly code: number | undefined;
	readonly signal: string | undefined;
}

/** A running program. Its pipes have to be read. */
export interface Process {
	readonly pid: number;
	readonly stdout: Readable;
	readonly stderr: Readable;
	/** Its descriptor 3; undefined: it was started without. */
	readonly preview?: Readable | undefined;
	kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
	/** Its output is of no interest any more, and the agent may end before it. */
	abandon(): void;
	/** It has ended; there may be output left. */
	readonly exited: Promise<Exit>;
	/** It has ended and all its output has been read. */
	readonly closed: Promise<unknown>;
}

/** Starts a program with these arguments, no shell between. Rejects with the system's error, e.g. ENOENT. */
export async function startProcess(
	path: string,
	args: readonly string[],
	{ environment, hasPreview = false }: StartOptions,
): Promise<Process> {
	const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...(hasPreview ? (['pipe'] as const) : [])];
	const child = spawn(path, [...args], { env: environment, stdio, windowsHide: true });
	const { stdout, stderr } = child;
	if (!stdout || !stderr) throw new Error('the system has made no pipes');
	const preview = hasPreview ? (child.stdio[PREVIEW_DESCRIPTOR] as Readable) : undefined;
	const pipes = [stdout, stderr, ...(preview ? [preview] : [])];
	const started = deferred<void>();
	const exited = deferred<Exit>();
	const closed = deferred<void>();
	child.once('spawn', started.resolve);
	child.on('error', started.reject);
	child.once('exit', (code, signal) => exited.resolve({ code: code ?? undefined, signal: signal ?? undefined }));
	child.once('close', () => closed.resolve());
	// A pipe that breaks ends; who reads it learns no more from the error.
	for (const pipe of pipes) pipe.on('error', () => undefined);
	await started.promise;
	return {
		pid: child.pid ?? 0,
		stdout,
		stderr,
		preview,
		kill: (signal) => void child.kill(signal),
		abandon() {
			for (const pipe of pipes) pipe.destroy();
			child.unref();
		},
		exited: exited.promise,
		closed: closed.promise,
	};
}
