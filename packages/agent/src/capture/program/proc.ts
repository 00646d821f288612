import { readFileSync } from 'node:fs';

/** One life of a process. The number alone is not enough: numbers are used again. */
export interface Life {
	readonly pid: number;
	/** When it began, in ticks since the machine did. */
	readonly began: string;
}

/** Fields of /proc/PID/stat behind the name, counted from 0 (proc(5) counts them from 3). */
const STATE = 0;
const START_TIME = 19;

/** The process that has this number now; undefined: none, or a system without /proc. */
export function lifeOf(pid: number): Life | undefined {
	const began = statOf(pid)?.[START_TIME];
	return began === undefined ? undefined : { pid, began };
}

/** Whether this very process is still there. One that has ended and was not yet waited for is not. */
export function isAlive({ pid, began }: Life): boolean {
	const stat = statOf(pid);
	return stat?.[START_TIME] === began && stat[STATE] !== 'Z' && stat[STATE] !== 'X';
}

/** Uninterruptible sleep: in the kernel, waiting for a device. */
export function isStuck(pid: number): boolean {
	return statOf(pid)?.[STATE] === 'D';
}

/**
 * Resident memory in bytes. From `status`, not from `statm`: that one counts pages, and they are of 16 KiB on a Pi 5 but
 * of 4 KiB elsewhere.
 */
export function memoryOf(pid: number): number | undefined {
	const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`) ?? '') ?? [];
	return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function statOf(pid: number): string[] | undefined {
	const stat = textOf(`/proc/${pid}/stat`);
	return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function textOf(path: string): string | undefined {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return undefined;
	}
}
