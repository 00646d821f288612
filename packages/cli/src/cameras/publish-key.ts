import { readFileSync } from 'node:fs';
import { reasonOf, Secret } from '@oriel/base';
import type { Kind } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';

/** What a key looks like when it is whole: anything else would be refused by the relay, or not even be sent. */
const KEY = /^[\w-]{20,200}$/;

/** A publish key. An error never shows what was written. */
export const publishKey: Kind<Secret> = {
	metavar: 'KEY',
	read(text, place) {
		const key = text.trim();
		if (KEY.test(key)) return new Secret(key);
		throw new UsageError(`${place} does not hold a publish key; expected one line like oriel_key_…`);
	},
};

/** The key in a file. */
export function readKeyFile(path: string): Secret {
	try {
		return publishKey.read(readFileSync(path, 'utf8'), path);
	} catch (cause) {
		if (cause instanceof UsageError) throw cause;
		throw new UsageError(`Cannot read the key file ${path}: ${reasonOf(cause)}`, { cause });
	}
}
