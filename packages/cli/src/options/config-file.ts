import { readFileSync } from 'node:fs';
import { reasonOf } from '@oriel/base';
import { UsageError } from './usage-error.ts';

/**
 * A YAML (or JSON) file whose keys are a command's option names. Gives each key's values as text. A key that is no
 * option is an error: a typing mistake must not leave a door open.
 */
export async function readConfigFile(
	path: string,
	names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
	const content = await readYaml(path);
	if (content === null || content === undefined) return new Map();
	if (typeof content !== 'object' || Array.isArray(content))
		throw new UsageError(`${path}: expected a list of "option: value"`);
	const accepted = names.filter((name) => name !== 'config');
	return new Map(
		Object.entries(content).map(([name, value]) => {
			if (accepted.includes(name)) return [name, textsOf(value, `${name} in ${path}`)];
			throw new UsageError(`${path}: unknown key "${name}"; accepted are ${accepted.join(', ')}`);
		}),
	);
}

async function readYaml(path: string): Promise<unknown> {
	// Most programs are started without such a file, and should not wait until its parser is loaded.
	const { parse } = await import('yaml');
	try {
		return parse(readFileSync(path, 'utf8'));
	} catch (cause) {
		throw new UsageError(`Cannot read the configuration file ${path}: ${reasonOf(cause)}`, { cause });
	}
}

function textsOf(value: unknown, place: string): string[] {
	if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, place));
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [String(value)];
	throw new UsageError(`${place}: expected a text, a number, true, false or a list of them`);
}
