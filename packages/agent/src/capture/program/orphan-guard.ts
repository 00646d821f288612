import { spawn } from 'node:child_process';
import { findProgram } from './find.ts';
import { type Process, type StartOptions, startProcess } from './process.ts';

type Tie = { readonly how: 'kernel'; readonly setpriv: string } | { readonly how: 'watcher' | 'pipe' };

const DEATH_SIGNAL = ['--pdeathsig', 'KILL', '--'];
const SHELL = '/bin/sh';

/**
 * Ties programs to this agent, so that none of them goes on when it dies, be it by SIGKILL. Three ways, the first that is there:
 *
 * - Linux with util-linux: `setpriv --pdeathsig KILL` asks the kernel to do it (prctl(2), PR_SET_PDEATHSIG) and then becomes
 *   the program. Costs nothing. What is left open are the microseconds before it has asked.
 * - Elsewhere with a POSIX shell: a watcher of its own, which waits for its standard input to end, as it does with the agent.
 * - Else the broken pipe, which ends a program with the next picture that it writes.
 */
export class OrphanGuard {
	readonly #allowed: readonly ('kernel' | 'watcher')[];
	/** Found out when the first program is started. */
	#tie: Promise<Tie> | undefined;

	/** `allowed`: the ways to try; for tests. */
	constructor(allowed: readonly ('kernel' | 'watcher')[] = ['kernel', 'watcher']) {
		this.#allowed = allowed;
	}

	async start(path: string, args: readonly string[], options: StartOptions): Promise<Process> {
		this.#tie ??= bestOf(this.#allowed);
		const tie = await this.#tie;
		if (tie.how === 'kernel') return startProcess(tie.setpriv, [...DEATH_SIGNAL, path, ...args], options);
		const process = await startProcess(path, args, options);
		if (tie.how === 'watcher') watch(process);
		return process;
	}
}

async function bestOf(allowed: readonly string[]): Promise<Tie> {
	const setpriv = allowed.includes('kernel') ? findProgram('setpriv', process.env.PATH) : undefined;
	if (setpriv !== undefined && (await hasDeathSignal(setpriv))) return { how: 'kernel', setpriv };
	return { how: allowed.includes('watcher') && findProgram(SHELL, undefined) !== undefined ? 'watcher' : 'pipe' };
}

/** BusyBox has a setpriv too, which does not know the option. */
async function hasDeathSignal(setpriv: string): Promise<boolean> {
	try {
		const trial = await startProcess(setpriv, [...DEATH_SIGNAL, 'true'], { environment: process.env });
		trial.stdout.resume();
		trial.stderr.resume();
		return (await trial.exited).code === 0;
	} catch {
		return false;
	}
}

/** The script is a constant; the number comes as an argument. */
function watch({ pid, exited }: Process): void {
	const script = 'read -r _; kill -9 "$1"';
	const watcher = spawn(SHELL, ['-c', script, 'oriel-orphan-guard', String(pid)], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	watcher.on('error', () => undefined);
	watcher.stdin.on('error', () => undefined);
	// Killed before its input ends: the number may soon be another's.
	void exited.then(() => watcher.kill('SIGKILL'));
}
