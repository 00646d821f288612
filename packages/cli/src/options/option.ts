import { UsageError } from './usage-error.ts';

/** Where a value was written, for error texts: `--port`, `ORIEL_PORT`, `port in relay.yaml`. */
export type Place = string;

/** How the text of one option becomes its value. */
export interface Kind<T> {
	/** What the value is called in the help, e.g. `N`; undefined for options that take none. */
	readonly metavar: string | undefined;
	/** Reads one value. Throws UsageError that names the place, the value and what is accepted. */
	read(text: string, place: Place): T;
	/** True if the option may be given several times. */
	readonly many?: boolean;
}

/** One option of one command. Its environment variable is `ORIEL_` and its name in capitals. */
export interface Option<T> {
	readonly kind: Kind<T>;
	readonly help: string;
	/** Shown in the help; the command fills it in. */
	readonly fallback?: string;
	/** Of `config`: the command reads the file itself, it is no list of these options. */
	readonly ownFormat?: true;
}

/** The options of a command, by name without the dashes. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What is left when options have been read: undefined where nothing was said. */
export type Values<O extends Options> = {
	readonly [K in keyof O]: O[K] extends Option<infer T> ? T | undefined : never;
};

function refuse(text: string, place: Place, accepted: string): never {
	throw new UsageError(`${place}: "${text}" cannot be used; ${accepted}`);
}

/** Any text. */
export function text(metavar: string): Kind<string> {
	return { metavar, read: (value) => value };
}

/** A text that `test` accepts. */
export function textLike(metavar: string, test: (value: string) => boolean, accepted: string): Kind<string> {
	return { metavar, read: (value, place) => (test(value) ? value : refuse(value, place, accepted)) };
}

/** One of some words. */
export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
	const read = (value: string, place: Place) =>
		words.find((word) => word === value) ?? refuse(value, place, `expected ${words.join(' or ')}`);
	return { metavar: words.join('|'), read };
}

/** A whole number between two limits. */
export function integer(metavar: string, min: number, max: number): Kind<number> {
	const read = (value: string, place: Place) => {
		const number = Number(value);
		if (/^\d+$/.test(value) && number >= min && number <= max) return number;
		return refuse(value, place, `expected a whole number from ${min} to ${max}`);
	};
	return { metavar, read };
}

/** A number above 0 and at most `max`. */
export function positive(metavar: string, max: number): Kind<number> {
	const read = (value: string, place: Place) => {
		const number = Number(value);
		return number > 0 && number <= max ? number : refuse(value, place, `expected a number above 0, at most ${max}`);
	};
	return { metavar, read };
}

/** True where it is given; in a file or the environment `true` or `false`. */
export const flag: Kind<boolean> = {
	metavar: undefined,
	read(value, place) {
		if (value === 'true' || value === '1') return true;
		if (value === 'false' || value === '0') return false;
		return refuse(value, place, 'expected true or false');
	},
};

/** Several values: the option again, or one text with commas. */
export function listOf(item: Kind<string>): Kind<readonly string[]> {
	const read = (value: string, place: Place) => value.split(',').map((part) => item.read(part.trim(), place));
	return { metavar: `${item.metavar}[,…]`, many: true, read };
}

/** `640x480` as numbers. */
export function size(): Kind<{ readonly width: number; readonly height: number }> {
	const read = (value: string, place: Place) => {
		const [, width, height] = /^(\d{2,5})x(\d{2,5})$/.exec(value) ?? [];
		if (width && height) return { width: Number(width), height: Number(height) };
		return refuse(value, place, 'expected a size like 1280x720');
	};
	return { metavar: 'WxH', read };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A span like `24h`, in milliseconds. */
export function span(): Kind<number> {
	const read = (value: string, place: Place) => {
		const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
		const factor = UNITS[unit];
		if (count && factor && Number(count) > 0) return Number(count) * factor;
		return refuse(value, place, 'expected a time like 30m, 24h or 7d');
	};
	return { metavar: 'TIME', read };
}
