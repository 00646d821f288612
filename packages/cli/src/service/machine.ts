import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** One thing to be done to a machine. Doing it twice is the same as once. */
export type Step =
	| { readonly do: 'folder'; readonly path: string; readonly mode: number; readonly group: string }
	| {
			readonly do: 'file';
			readonly path: string;
			readonly mode: number;
			readonly group: string;
			readonly content: string;
			/** Whether the content may be shown to people. */
			readonly secret: boolean;
	  }
	| { readonly do: 'remove'; readonly path: string }
	| { readonly do: 'run'; readonly command: readonly [string, ...string[]]; readonly mayFail?: true };

/** The step in words, with what a file will hold unless that is secret. */
export function stepWords(step: Step): string {
	if (step.do === 'run') return `run  ${step.command.join(' ')}\n`;
	if (step.do === 'remove') return `remove  ${step.path}\n`;
	const owner = `root:${step.group} ${step.mode.toString(8).padStart(4, '0')}`;
	if (step.do === 'folder') return `folder  ${step.path}  (${owner})\n`;
	const head = `write  ${step.path}  (${owner})`;
	if (step.secret) return `${head}: a secret, not shown\n`;
	return `${head}:\n${step.content.trimEnd().replaceAll(/^/gm, '    | ')}\n`;
}

/** Whether a step that writes would change nothing. */
export function isDone(step: Step, root: string): boolean {
	if (step.do !== 'file') return false;
	const path = join(root, step.path);
	const stats = statSync(path, { throwIfNoEntry: false });
	if (!stats || (stats.mode & 0o777) !== step.mode) return false;
	return (
		readFileSync(path, 'utf8') === step.content && stats.uid === 0 && stats.gid === groupIdIfThere(step.group, root)
	);
}

/** Does one step. `root` is put before every path: an image of another machine, or nothing. Throws what went wrong in words. */
export function doStep(step: Step, root: string): void {
	if (step.do === 'run') run(step.command, step.mayFail === true);
	else if (step.do === 'remove') rmSync(join(root, step.path), { force: true });
	else if (step.do === 'folder') {
		mkdirSync(join(root, step.path), { recursive: true });
		belong(join(root, step.path), step.mode, step.group, root);
	} else writeWhole(join(root, step.path), step, root);
}

function run([program, ...args]: readonly [string, ...string[]], mayFail: boolean): void {
	const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
	if (mayFail) return;
	if (error) throw new Error(`Cannot run ${program}: ${error.message}`);
	if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr.trim() || `code ${status}`}`);
}

/** No reader ever sees half a file, nor one that is readable before it is private. */
function writeWhole(path: string, { content, mode, group }: Step & { do: 'file' }, root: string): void {
	const draft = `${path}.new`;
	mkdirSync(dirname(path), { recursive: true });
	rmSync(draft, { force: true });
	writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
	belong(draft, mode, group, root);
	renameSync(draft, path);
}

function belong(path: string, mode: number, group: string, root: string): void {
	const gid = groupIdIfThere(group, root);
	if (gid === undefined) throw new Error(`There is no group ${group}; systemd-sysusers should have made it`);
	chownSync(path, 0, gid);
	chmodSync(path, mode);
}

function groupIdIfThere(name: string, root: string): number | undefined {
	if (name === 'root') return 0;
	const groups = join(root, '/etc/group');
	const lines = existsSync(groups) ? readFileSync(groups, 'utf8').split('\n') : [];
	const [, , id] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
	return id ? Number(id) : undefined;
}
