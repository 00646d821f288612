import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own in memory: it can be filled to the brim and made read-only. Needs root, and says so. */
export class SmallDisk implements Disposable {
	readonly path: string;

	constructor(kibibytes: number) {
		this.path = mkdtempSync(join(tmpdir(), 'oriel-disk-'));
		run('mount', '-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=700`, 'oriel-test', this.path);
	}

	/** Makes it read-only, or writable again. */
	remount(mode: 'ro' | 'rw'): void {
		run('mount', '-o', `remount,${mode}`, this.path);
	}

	[Symbol.dispose](): void {
		run('umount', '--lazy', this.path);
		rmSync(this.path, { recursive: true, force: true });
	}
}

function run(program: string, ...args: readonly string[]): void {
	const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
	if (status === 0) return;
	const reason = error?.message ?? stderr.trim();
	throw new Error(`${program} ${args.join(' ')} failed: ${reason}. These tests mount file systems: run them as root`);
}
