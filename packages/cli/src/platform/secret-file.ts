import { readFileSync } from 'node:fs';
import type { Log } from '@oriel/base';
import { exposureOf } from './exposure.ts';

/** The content of a file that holds a secret, without white space around it. Warns if others than its owner may read it. */
export function readSecretFile(path: string, log: Log): string {
	const text = readFileSync(path, 'utf8').trim();
	const exposed = exposureOf(path);
	if (exposed) log.warn(exposed);
	return text;
}
