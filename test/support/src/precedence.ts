import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { Program } from './program.ts';

const FIRST = -15;
const LAST = 19;

/**
 * What this process starts, and its whole session, come before what else the machine does, until it is disposed of. Where
 * that is not allowed (to others than root), nothing changes.
 */
export class Precedence implements Disposable {
	readonly #before = getPriority();
	/** Whether it was allowed. */
	readonly isGiven: boolean;

	constructor() {
		this.isGiven = tried(() => setPriority(FIRST));
		// Where the kernel shares the processor between sessions, priorities count within a session only.
		if (this.isGiven) tried(() => setSessionPriority('self', FIRST));
	}

	[Symbol.dispose](): void {
		if (!this.isGiven) return;
		setPriority(this.#before);
		tried(() => setSessionPriority('self', 0));
	}
}

/**
 * A program of Node that comes behind what was started with precedence. Where that was given, it takes what any program may
 * take; otherwise what all others leave.
 */
export function behindOthers(precedence: Precedence, args: readonly string[]): Program {
	// `nice` adds to the priority of this process.
	const more = precedence.isGiven ? -FIRST : LAST;
	const program = new Program('nice', ['-n', String(more), process.execPath, ...args], { detached: true });
	tried(() => setSessionPriority(String(program.pid), precedence.isGiven ? 0 : LAST));
	return program;
}

function setSessionPriority(pid: string, priority: number): void {
	writeFileSync(`/proc/${pid}/autogroup`, String(priority));
}

function tried(act: () => void): boolean {
	try {
		act();
		return true;
	} catch {
		return false;
	}
}
