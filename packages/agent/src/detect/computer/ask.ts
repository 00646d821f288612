import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type Clock, type Millis, systemCode } from '@oriel/base';
import { plainText } from '../outputs/lines.ts';
import type { Answer, AskOptions } from './computer.ts';

/** What is kept of each output of a program; the rest is read and forgotten. */
export const MAX_ANSWER_BYTES = 256 * 1024;
const TIMEOUT_MS: Millis = 5000;

/** Texts as the samples know them; the camera system's log without colours, whatever its version. */
const ENVIRONMENT = { LC_ALL: 'C', LIBCAMERA_LOG_NO_COLOR: '1', LIBCAMERA_LOG_COLOR: 'no' };

export interface Asking extends AskOptions {
	readonly clock: Clock;
	/** Default: our own. */
	readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** Runs a program to its end, or to its timeout. Never rejects. */
export function askProgram(
	program: string,
	args: readonly string[],
	{ timeoutMs = TIMEOUT_MS, signal, clock, environment = process.env }: Asking,
): Promise<Answer> {
	if (signal?.aborted) return Promise.resolve({ how: 'timed-out', code: undefined, stdout: '', stderr: '' });
	return new Promise((resolve) => {
		const env = { ...environment, ...ENVIRONMENT };
		const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env, windowsHide: true });
		const [stdout, stderr] = [beginningOf(child.stdout), beginningOf(child.stderr)];
		let late = false;
		const kill = () => {
			late = true;
			child.kill('SIGKILL');
			// A grandchild may keep the pipes open, and then 'close' would never come.
			child.stdout.destroy();
			child.stderr.destroy();
		};
		const cancel = clock.after(timeoutMs, kill);
		signal?.addEventListener('abort', kill, { once: true });
		const done = (how: Answer['how'], code?: number | null) => {
			cancel();
			signal?.removeEventListener('abort', kill);
			resolve({ how, code: code ?? undefined, stdout: stdout(), stderr: stderr() });
		};
		// Whatever keeps it from starting (no file, no right, another machine's code): it is not there for us.
		child.on('error', (failure) => done(systemCode(failure) === 'ABORT_ERR' ? 'timed-out' : 'missing'));
		child.on('close', (code) => done(late ? 'timed-out' : 'ended', code));
	});
}

/** Collects the beginning of a stream and reads on to its end. */
function beginningOf(stream: Readable): () => string {
	const chunks: Buffer[] = [];
	let bytes = 0;
	stream.on('data', (chunk: Buffer) => {
		if (bytes < MAX_ANSWER_BYTES) chunks.push(chunk.subarray(0, MAX_ANSWER_BYTES - bytes));
		bytes += chunk.length;
	});
	stream.on('error', () => undefined);
	return () => plainText(Buffer.concat(chunks).toString('utf8'));
}
