import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
/** Fields of /proc/PID/stat behind the name, counted from 0 (proc(5) counts them from 3). */
const UTIME = 11;
const STIME = 12;

/** Processor seconds that a process has used, in all its threads, in its own code and in the kernel for it. */
export function cpuSeconds(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_A_SECOND;
}
