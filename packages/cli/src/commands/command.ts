import type { Clock, Log } from '@oriel/base';
import type { Options } from '../options/option.ts';
import type { Environment } from '../options/read.ts';

/** What a command gets from outside. */
export interface Context {
	readonly clock: Clock;
	readonly env: Environment;
	/** Results, for people and for other programs. */
	print(text: string): void;
	/** A log as the person at the terminal wants it. */
	readonly log: Log;
	/** Aborts when the person or the system wants the program to end. */
	readonly stopping: AbortSignal;
	/** From now on exceptions that nothing catches go to `fault` and do not end the program; docs/decisions/0026. */
	contain(fault: (thrown: unknown) => void): void;
}

/** One word after `oriel`. */
export interface Command {
	/** Its words, e.g. `key add`. */
	readonly name: string;
	/** Its words with what may follow. */
	readonly usage: string;
	readonly help: string;
	readonly options: Options;
	/** Whether it runs until it is told to end: then no reader of its output may stop it. */
	readonly keepsRunning: boolean;
	/** Does it. Throws UsageError for what cannot be asked, anything else for what failed. */
	run(context: Context, argv: readonly string[]): Promise<void>;
}
