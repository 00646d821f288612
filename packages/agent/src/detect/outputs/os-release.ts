import { linesOf } from './lines.ts';

/** Which system it is, out of `/etc/os-release`. */
export interface OperatingSystem {
	/** E.g. `debian`, `raspbian`. */
	readonly id: string;
	/** E.g. `bookworm`; empty where the system has none. */
	readonly codename: string;
	/** For people, e.g. `Debian GNU/Linux 12 (bookworm)`. */
	readonly name: string;
}

/** Reads `/etc/os-release`. What is not there is empty. */
export function parseOsRelease(text: string): OperatingSystem {
	const values = new Map(
		linesOf(text).flatMap((line) => {
			const [, key, value] = /^(\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
			return key === undefined ? [] : [[key, value ?? ''] as const];
		}),
	);
	const id = values.get('ID') ?? '';
	return { id, codename: values.get('VERSION_CODENAME') ?? '', name: values.get('PRETTY_NAME') ?? id };
}
