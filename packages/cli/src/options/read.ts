import { parseArgs } from 'node:util';
import { reasonOf, systemCode } from '@oriel/base';
import { readConfigFile } from './config-file.ts';
import type { Kind, Option, Options, Values } from './option.ts';
import { UsageError } from './usage-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command was asked to do. */
export interface Asked<O extends Options> {
	readonly values: Values<O>;
	/** What was given besides options. */
	readonly words: readonly string[];
}

/** Reads a command's options: the flag wins, then the environment, then the file that `--config` names. */
export async function readOptions<O extends Options>(
	options: O,
	argv: readonly string[],
	env: Environment,
): Promise<Asked<O>> {
	const { flags, words } = readFlags(options, argv);
	const configPath = flags.get('config')?.[0] ?? env.ORIEL_CONFIG;
	const isOptionFile = 'config' in options && !options.config?.ownFormat && configPath !== undefined;
	const file = isOptionFile ? await readConfigFile(configPath, Object.keys(options)) : undefined;
	const values: Record<string, unknown> = {};
	for (const [name, option] of Object.entries(options)) {
		values[name] = readOne(name, option, flags.get(name), env[variableOf(name)], file?.get(name), configPath);
	}
	return { values: values as Values<O>, words };
}

/** The environment variable of an option. */
export function variableOf(name: string): string {
	return `ORIEL_${name.toUpperCase().replaceAll('-', '_')}`;
}

function readOne(
	name: string,
	{ kind }: Option<unknown>,
	flags: readonly string[] | undefined,
	variable: string | undefined,
	fromFile: readonly string[] | undefined,
	file: string | undefined,
): unknown {
	if (flags) return readAll(kind, flags, `--${name}`);
	if (variable !== undefined) return readAll(kind, [variable], variableOf(name));
	if (fromFile) return readAll(kind, fromFile, `${name} in ${file}`);
	return undefined;
}

function readAll(kind: Kind<unknown>, texts: readonly string[], place: string): unknown {
	if (kind.many) return kind.read(texts.join(','), place);
	const [only, second] = texts;
	if (only === undefined || second !== undefined)
		throw new UsageError(`${place} was given ${texts.length} times; give it once`);
	return kind.read(only, place);
}

function readFlags(options: Options, argv: readonly string[]) {
	const config: Record<string, { type: 'string' | 'boolean'; multiple: true }> = {};
	for (const [name, { kind }] of Object.entries(options)) {
		config[name] = { type: kind.metavar === undefined ? 'boolean' : 'string', multiple: true };
	}
	try {
		const { values, positionals } = parseArgs({
			args: [...argv],
			options: config,
			allowPositionals: true,
			strict: true,
		});
		const flags = new Map<string, string[]>();
		for (const [name, given] of Object.entries(values)) {
			flags.set(name, (given as (string | boolean)[]).map(String));
		}
		return { flags, words: positionals };
	} catch (thrown) {
		throw new UsageError(explain(thrown, argv, Object.keys(options)));
	}
}

function explain(thrown: unknown, argv: readonly string[], names: readonly string[]): string {
	if (systemCode(thrown) !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return reasonOf(thrown);
	const unknown = argv.find(
		(word) => word.startsWith('-') && !names.includes(word.replace(/^--?/, '').replace(/=.*$/s, '')),
	);
	const known = names.map((name) => `--${name}`).join(', ');
	return `Unknown option ${unknown?.replace(/=.*$/s, '') ?? ''}; this command accepts ${known}`;
}
