import type { Millis } from '@oriel/base';

/** What a program said when it was asked something. */
export interface Answer {
	/** `missing`: there is no such program. `timed-out`: it was ended because it took too long. */
	readonly how: 'ended' | 'timed-out' | 'missing';
	/** Its exit code; undefined if a signal ended it, or it never ran. */
	readonly code: number | undefined;
	/** The first part of what it wrote, without colours. */
	readonly stdout: string;
	readonly stderr: string;
}

export interface AskOptions {
	/** Default: five seconds. */
	readonly timeoutMs?: Millis | undefined;
	/** Ends the program at once. */
	readonly signal?: AbortSignal | undefined;
}

/**
 * The machine beside the camera, as far as detection looks at it: a few files, the rights on them, and programs that
 * are asked what they know. Nothing here throws, no file is ever written, every answer is bounded.
 */
export interface Computer {
	/** As `process.platform` and `process.arch`. */
	readonly platform: string;
	readonly arch: string;
	/** Numbers of the groups of this user; 0 in it or not, `isRoot` tells root. */
	readonly groups: readonly number[];
	readonly isRoot: boolean;
	/** The beginning of a file; undefined if it cannot be read. */
	readText(path: string): Promise<string | undefined>;
	/** The names in a folder, sorted; none if it cannot be read. */
	list(folder: string): Promise<readonly string[]>;
	/** Where a link leads, as it is written there. */
	readLink(path: string): Promise<string | undefined>;
	/** Whether this user may read and write it. */
	access(path: string): Promise<'yes' | 'no' | 'missing'>;
	/** Runs a program, without a shell, and waits until it ends. */
	ask(program: string, args: readonly string[], options?: AskOptions): Promise<Answer>;
}
