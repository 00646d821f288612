import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is on the PATH; undefined if it is not. */
export function onPath(program: string, path: string | undefined = process.env.PATH): string | undefined {
	for (const folder of (path ?? '').split(delimiter)) {
		const file = join(folder, program);
		if (folder !== '' && isExecutable(file)) return file;
	}
	return undefined;
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
