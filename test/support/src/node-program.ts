import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { ROOT } from './program.ts';

/** A TypeScript file, with all that it imports from this repository, as one file that every supported Node runs. */
export class NodeProgram implements Disposable {
	/** The file. */
	readonly path: string;
	readonly #folder: string;

	private constructor(folder: string) {
		this.#folder = folder;
		this.path = join(folder, 'main.mjs');
	}

	static async compile(entry: URL): Promise<NodeProgram> {
		// Inside of the clone: packages from the registry are not bundled, and are found from there.
		const cache = join(ROOT, '.cache');
		mkdirSync(cache, { recursive: true });
		const folder = mkdtempSync(join(cache, 'node-program-'));
		await build({
			configFile: false,
			root: ROOT,
			logLevel: 'error',
			ssr: { noExternal: [/^@oriel\//], resolve: { conditions: ['source', 'module', 'node'] } },
			build: {
				ssr: fileURLToPath(entry),
				outDir: folder,
				target: 'node20',
				minify: false,
				rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
			},
		});
		return new NodeProgram(folder);
	}

	[Symbol.dispose](): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
