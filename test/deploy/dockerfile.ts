import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';

/** One instruction, with its continuation lines joined. */
export interface Instruction {
	readonly name: string;
	/** Without the options. */
	readonly words: string;
	/** For example `--from=build`. */
	readonly options: readonly string[];
}

/** The instructions of each stage of the relay's Dockerfile, in order. */
export function stages(): Instruction[][] {
	const text = readFileSync(join(ROOT, 'deploy/container/Dockerfile'), 'utf8');
	const lines = text
		.replaceAll(/^#.*\n/gm, '')
		.replaceAll(/\\\n\s*/g, '')
		.split('\n');
	const all = lines.filter((line) => line.trim() !== '').map(instruction);
	const starts = all.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
	return starts.map((start, index) => all.slice(start, starts[index + 1]));
}

function instruction(line: string): Instruction {
	const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
	// Those of a health check stand before its command.
	const [options = ''] = /^(--\S+\s+)*/.exec(rest) ?? [];
	return { name, words: rest.slice(options.length).trim(), options: options.split(/\s+/).filter(Boolean) };
}

/** What follows the name of the only such instruction. */
export function only(stage: readonly Instruction[], name: string): string {
	const found = stage.filter((one) => one.name === name);
	if (found.length !== 1) throw new Error(`${name} is there ${found.length} times; expected once`);
	return found[0]?.words ?? '';
}
