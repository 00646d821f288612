/** An option of a program, as its table has it. */
export interface KnownOption {
	/** Without dashes. */
	readonly name: string;
	/** One letter. */
	readonly short?: string | undefined;
	/** Whether a value follows. */
	readonly takes: 'value' | 'nothing';
}

/** Given options by their long name; `''` for one without a value. */
export type Given = ReadonlyMap<string, string>;

/** What boost::program_options says to an argument that it cannot take. */
export class OptionError extends Error {}

/** Reads arguments as boost::program_options does, without its guessing of shortened names. Throws OptionError. */
export function readBoost(args: readonly string[], known: readonly KnownOption[]): Given {
	const given = new Map<string, string>();
	for (let at = 0; at < args.length; at++) {
		const argument = args[at] ?? '';
		if (!argument.startsWith('-') || argument === '-') {
			throw new OptionError('too many positional options have been specified on the command line');
		}
		const [spelled = '', inline] = argument.startsWith('--') ? splitOnce(argument) : [argument];
		const option = known.find(({ name, short }) => spelled === `--${name}` || spelled === `-${short}`);
		if (!option) throw new OptionError(`unrecognised option '${spelled}'`);
		if (given.has(option.name)) throw new OptionError(`option '--${option.name}' cannot be specified more than once`);
		given.set(option.name, inline ?? (option.takes === 'value' ? argumentOf(args[++at], option) : ''));
	}
	return given;
}

/** A number of an option; its default if it is not given. Throws OptionError. */
export function numberOf(given: Given, name: string, fallback: number): number {
	const text = given.get(name);
	if (text === undefined) return fallback;
	if (!/^-?\d+(\.\d+)?$/.test(text))
		throw new OptionError(`the argument ('${text}') for option '--${name}' is invalid`);
	return Number(text);
}

function argumentOf(next: string | undefined, { name }: KnownOption): string {
	if (next === undefined || (next.startsWith('-') && next !== '-' && !/^-\d/.test(next))) {
		throw new OptionError(`the required argument for option '--${name}' is missing`);
	}
	return next;
}

function splitOnce(argument: string): [string, string?] {
	const at = argument.indexOf('=');
	return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}
