import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The file that a program's name, or path, stands for; undefined if there is none that this user may run. */
export function findProgram(program: string, searchPath: string | undefined): string | undefined {
	if (/[/\\]/.test(program)) return isProgram(program) ? program : undefined;
	const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
	for (const folder of (searchPath ?? '').split(delimiter)) {
		if (folder === '') continue;
		const found = endings.map((ending) => join(folder, program + ending)).find(isProgram);
		if (found !== undefined) return found;
	}
	return undefined;
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
