import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { parse } from 'yaml';

/** deploy/cloud-init.yaml, as it is in the clone. */
export const USER_DATA: string = readFileSync(join(ROOT, 'deploy/cloud-init.yaml'), 'utf8');

/** It with values filled in, each of which it has an empty place for. */
export function filled(values: Readonly<Record<string, string>>): string {
	return Object.entries(values).reduce((text, [name, value]) => {
		const parts = text.split(`${name}=''`);
		if (parts.length !== 2) throw new Error(`${name}='' is there ${parts.length - 1} times; expected once`);
		return parts.join(`${name}='${value}'`);
	}, USER_DATA);
}

/** The script that the machine runs once. */
export function firstBoot(userData: string): { path: string; script: string } {
	const { write_files: files, runcmd } = parse(userData);
	const [{ path, content: script }] = files;
	if (files.length !== 1 || runcmd.length !== 1 || runcmd[0][0] !== path)
		throw new Error('one file is expected, and one command that runs it');
	return { path, script };
}
