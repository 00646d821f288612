import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { tool } from './tool.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'));

/** What `npm run pack` writes, in a folder of its own. */
export class Release implements Disposable {
	readonly folder: string = mkdtempSync(join(tmpdir(), 'oriel-release-'));
	readonly tarball: string = join(this.folder, `oriel-${version}.tgz`);
	/** install.sh. */
	readonly script: string;
	/** What it prints. */
	readonly words: string;

	constructor() {
		const { status, output } = tool(process.execPath, 'tools/pack.mjs', this.folder);
		if (status !== 0) throw new Error(`npm run pack failed: ${output}`);
		this.words = output;
		this.script = readFileSync(join(this.folder, 'install.sh'), 'utf8');
	}

	[Symbol.dispose](): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
