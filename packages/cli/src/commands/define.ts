import type { Options, Values } from '../options/option.ts';
import { readOptions } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import type { Command, Context } from './command.ts';

/** A command as it is written down: its body gets its options read and typed. */
export interface Definition<O extends Options> {
	readonly name: string;
	readonly usage: string;
	readonly help: string;
	readonly options: O;
	/** How many words may follow the command, at least and at most. */
	readonly words?: readonly [min: number, max: number];
	/** Whether it runs until it is told to end; default: no. */
	readonly keepsRunning?: boolean;
	run(context: Context, values: Values<O>, words: readonly string[]): Promise<void> | void;
}

/** Makes a command that reads its options before it runs. */
export function define<const O extends Options>(definition: Definition<O>): Command {
	const { name, usage, help, options, words: [min, max] = [0, 0], keepsRunning = false } = definition;
	return {
		name,
		usage,
		help,
		options,
		keepsRunning,
		async run(context, argv) {
			const { values, words } = await readOptions(options, argv, context.env);
			if (words.length < min || words.length > max) {
				throw new UsageError(`"${words.join(' ')}" does not fit; expected: oriel ${usage}`);
			}
			await definition.run(context, values, words);
		},
	};
}
