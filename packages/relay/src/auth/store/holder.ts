import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '@oriel/base';
import * as v from 'valibot';

const shape = v.object({
	pid: v.pipe(v.number(), v.integer()),
	host: v.string(),
	/** '' where the system does not tell. */
	boot: v.string(),
	started: v.string(),
	namespace: v.string(),
	/** Tells two locks of one process apart. */
	nonce: v.string(),
});

/** Who holds a lock: enough to tell, from another process, whether it still runs. */
export type Holder = v.InferOutput<typeof shape>;

/** What the machine tells about its processes. Tests put another machine in its place. */
export interface ProcessTable {
	readonly pid: number;
	readonly host: string;
	readonly boot: string;
	readonly namespace: string;
	/** When a process started, in a form that only serves to be compared; '' if this machine does not tell. */
	startOf(pid: number): string;
	exists(pid: number): boolean;
}

/** `dead` is certain; `unknown` means that the holder has to be asked, or its lock has to grow old. */
export type Verdict = 'alive' | 'dead' | 'unknown';

/** The text of a lock file of this process. */
export function holderText(table: ProcessTable = thisMachine): string {
	const { pid, host, boot, namespace } = table;
	const holder: Holder = {
		pid,
		host,
		boot,
		started: table.startOf(pid),
		namespace,
		nonce: randomBytes(8).toString('hex'),
	};
	return `${JSON.stringify(holder)}\n`;
}

/** The holder that a lock file names; undefined if it was cut off or is something else. */
export function readHolder(text: string): Holder | undefined {
	try {
		return v.parse(shape, JSON.parse(text));
	} catch {
		return undefined;
	}
}

/**
 * Whether the holder still runs. Its number alone says little: another process may have it after a restart of the machine,
 * of a container, or after many other processes.
 */
export function judge(holder: Holder | undefined, table: ProcessTable = thisMachine): Verdict {
	if (!holder) return 'unknown';
	if (holder.boot !== table.boot) return holder.host === table.host && holder.boot !== '' ? 'dead' : 'unknown';
	if (holder.host !== table.host && holder.boot === '') return 'unknown';
	// Another container on the same kernel: its numbers mean nothing here.
	if (holder.namespace !== table.namespace) return 'unknown';
	if (!table.exists(holder.pid)) return 'dead';
	const started = table.startOf(holder.pid);
	if (started === '' || holder.started === '') return 'unknown';
	return started === holder.started ? 'alive' : 'dead';
}

/** Words for the holder in messages. */
export function holderWords(holder: Holder | undefined): string {
	return holder ? `process ${holder.pid} on ${holder.host}` : 'a process that left no name';
}

/** Without /proc: enough to recognize this process. */
const OWN_START = `${Math.round(performance.timeOrigin)}`;

const thisMachine: ProcessTable = {
	pid: process.pid,
	host: hostname(),
	boot: textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
	namespace: textOf(() => readlinkSync('/proc/self/ns/pid')),
	startOf(pid) {
		const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
		if (stat === '') return pid === process.pid ? OWN_START : '';
		// The name before the last parenthesis may hold anything. After it: the state, and 19 fields on the time of the start.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const isOver = fields[0] === 'Z' || fields[0] === 'X';
		return isOver ? 'over' : (fields[19] ?? '');
	},
	exists(pid) {
		try {
			process.kill(pid, 0);
			return true;
		} catch (failure) {
			return systemCode(failure) === 'EPERM';
		}
	},
};

function textOf(read: () => string): string {
	try {
		return read();
	} catch {
		return '';
	}
}
