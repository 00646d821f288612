import { readFileSync, statSync } from 'node:fs';
import type { Log } from '@oriel/base';

/** The content of a file that holds a secret, without white space around it. Warns if others than its owner may read it. */
export function readSecretFile(path: string, log: Log): string {
	const text = readFileSync(path, 'utf8').trim();
	const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
	if (isOpen) log.warn('others may read this file, which holds a secret', { file: path, mend: `chmod 600 ${path}` });
	return text;
}
