import type { Clock } from '@oriel/base';
import type { Process, StartOptions } from './process.ts';

/** The camera is ours as long as this is held. */
export interface Claim {
	/** The program of that process uses the camera now. */
	holds(pid: number): void;
	release(): void;
}

/** What a program uses, so that no two use it at once and none is left behind. */
export interface CameraUse {
	/** A device such as `/dev/video0`; otherwise the program and its arguments. It is never logged: it may hold a password. */
	readonly name: string;
	/** Only one program can open it: a device. Commands and network cameras serve several, also with the same words. */
	readonly isExclusive: boolean;
}

export interface MachineStart extends StartOptions {
	/** Set besides the agent's own. */
	readonly environment: Readonly<Record<string, string>>;
}

/** What running programs needs of the machine. */
export interface Machine {
	/** Bytes of memory that there are in all. */
	readonly memory: number;
	/** The path of a program that can be run; undefined: there is none. */
	find(program: string): string | undefined;
	/** Starts the program at `path`, tied to this agent: it ends when the agent does, however that happens. */
	start(path: string, args: readonly string[], options: MachineStart): Promise<Process>;
	/** Bytes of memory that a process holds; undefined: unknown. */
	memoryOf(pid: number): number | undefined;
	/** Whether it waits in the kernel for a device, where no signal reaches it. */
	isStuck(pid: number): boolean;
	/**
	 * Ends what an earlier agent left running for this use. Throws SourceError `busy` if another agent uses an exclusive
	 * camera now.
	 */
	claim(use: CameraUse, clock: Clock): Promise<Claim>;
}
