import { variableOf } from '../options/read.ts';
import type { Command } from './command.ts';

const COLUMN = 30;

/** The help of one command. */
export function helpOf(command: Command): string {
	const lines = Object.entries(command.options).map(([name, { kind, help, fallback }]) => {
		const left = `  --${name}${kind.metavar ? ` ${kind.metavar}` : ''}`;
		const right = fallback ? `${help} (default ${fallback})` : help;
		return left.length < COLUMN ? `${left.padEnd(COLUMN)}${right}` : `${left}\n${' '.repeat(COLUMN)}${right}`;
	});
	const example = Object.keys(command.options)[0];
	const variables = example
		? `\nEvery option can also be given in the environment, e.g. ${variableOf(example)}.\n`
		: '';
	return `oriel ${command.usage}\n\n${command.help}\n\n${lines.join('\n')}\n${variables}`;
}

/** What there is. */
export function overview(commands: readonly Command[]): string {
	const width = Math.max(...commands.map(({ usage }) => usage.length)) + 4;
	const lines = commands.map(({ usage, help }) => `  oriel ${usage.padEnd(width)}${help.split('\n', 1)[0]}`);
	return `Watch any camera live from any browser, self-hosted.\n\n${lines.join('\n')}\n\noriel COMMAND --help tells more.\n`;
}
