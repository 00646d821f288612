import type { ProcessTable } from '../../../../packages/relay/src/auth/store/holder.ts';

/** A machine with the processes that a test says: their numbers, and when each was started. */
export class FakeProcesses {
	boot = 'boot one';
	readonly processes = new Map<number, string>();

	/** The machine as a process in it sees it. */
	seenBy(pid: number, { host = 'relay', namespace = 'pid:[1]' } = {}): ProcessTable {
		const { boot } = this;
		return {
			pid,
			host,
			boot,
			namespace,
			startOf: (other) => this.processes.get(other) ?? '',
			exists: (other) => this.processes.has(other),
		};
	}

	/** Starts a process. */
	start(pid: number, at: string): void {
		this.processes.set(pid, at);
	}
}
