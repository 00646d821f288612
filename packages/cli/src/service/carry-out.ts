import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { doStep, isDone, type Step, stepWords } from './machine.ts';

export interface CarryOutOptions {
	readonly print: (text: string) => void;
	/** Put before every path: a mounted image of another machine; '' is this one. */
	readonly root: string;
	/** Only say what would be done. */
	readonly isDry: boolean;
	/** For words, e.g. `camera install`. */
	readonly command: string;
	/** The unit that the steps write, and the files that it reads when it starts: it is restarted if one of them has changed. */
	readonly unit: { readonly name: string; readonly paths: readonly string[] };
	/** Throws what speaks against it. */
	readonly mayRun?: () => void;
}

/** Does what is not done yet, and says so. Gives false after a dry run. */
export function carryOut(
	steps: readonly Step[],
	{ print, root, isDry, command, unit, mayRun }: CarryOutOptions,
): boolean {
	if (isDry) {
		const left = steps.filter((step) => !isDone(step, root));
		print(left.map(stepWords).join(''));
		return false;
	}
	if (process.platform !== 'linux') throw new Error('This makes a service of systemd, which only Linux has');
	if (process.getuid?.() !== 0)
		throw new Error(`Only root may do this: sudo oriel ${command}; --dry-run shows what it does`);
	mayRun?.();
	let isNewUnit = false;
	for (const step of steps) {
		if (isDone(step, root)) continue;
		isNewUnit ||= step.do === 'file' && unit.paths.includes(step.path) && existsSync(join(root, step.path));
		doStep(step, root);
		print(step.do === 'run' ? stepWords(step) : `${step.do === 'remove' ? 'removed' : 'wrote'}  ${step.path}\n`);
	}
	// A service that runs goes on with its old unit: it has to be told.
	if (isNewUnit && root === '') doStep({ do: 'run', command: ['systemctl', 'try-restart', unit.name] }, root);
	return true;
}
