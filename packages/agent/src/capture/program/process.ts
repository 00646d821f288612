import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { deferred } from '@oriel/base';

/** With which of the two a process ended. */
export interface Exit {
	readonly code: number | undefined;
	readonly signal: string | undefined;
}

/** A running program. Both pipes have to be read. */
export interface Process {
	readonly pid: number;
	readonly stdout: Readable;
	readonly stderr: Readable;
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
	environment: NodeJS.ProcessEnv,
): Promise<Process> {
	const child = spawn(path, [...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
	const started = deferred<void>();
	const exited = deferred<Exit>();
	const closed = deferred<void>();
	child.once('spawn', started.resolve);
	child.on('error', started.reject);
	child.once('exit', (code, signal) => exited.resolve({ code: code ?? undefined, signal: signal ?? undefined }));
	child.once('close', () => closed.resolve());
	// A pipe that breaks ends; who reads it learns no more from the error.
	for (const pipe of [child.stdout, child.stderr]) pipe.on('error', () => undefined);
	await started.promise;
	return {
		pid: child.pid ?? 0,
		stdout: child.stdout,
		stderr: child.stderr,
		kill: (signal) => void child.kill(signal),
		abandon() {
			child.stdout.destroy();
			child.stderr.destroy();
			child.unref();
		},
		exited: exited.promise,
		closed: closed.promise,
	};
}
