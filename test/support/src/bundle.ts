import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** One script of `entry` and all that it imports, to be run in a page. */
export async function bundle(entry: URL): Promise<string> {
	const result = await build({
		configFile: false,
		logLevel: 'error',
		resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
		build: {
			write: false,
			minify: false,
			lib: { entry: fileURLToPath(entry), formats: ['iife'], name: 'bundled' },
		},
	});
	const [first] = Array.isArray(result) ? result : [result];
	const code = first && 'output' in first ? first.output[0].code : undefined;
	if (code === undefined) throw new Error(`Nothing came of bundling ${entry.pathname}`);
	return code;
}
