import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const relay = process.env.ORIEL_DEV_RELAY ?? 'http://127.0.0.1:8080';
const here = import.meta.dirname;
/** The program serves it, from the clone and from the published package. */
const OUT = join(here, '../cli/dist/page');

export default defineConfig({
	root: here,
	// Workspace packages come from their TypeScript: the page never waits for their build.
	resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
	css: {
		modules: { generateScopedName: (name, path) => `${basename(path.split('?')[0] ?? path, '.module.css')}-${name}` },
	},
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	build: {
		outDir: OUT,
		emptyOutDir: true,
		// The page's security policy forbids what is inlined.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: { app: `${here}/index.html`, player: `${here}/src/player.ts` },
			preserveEntrySignatures: 'allow-extension',
			// Nothing happens when one of these modules is imported: those that are not used are left out.
			treeshake: {
				moduleSideEffects: [{ test: /[\\/]packages[\\/](api|base|media|protocol|stream)[\\/]/, sideEffects: false }],
			},
			output: {
				// Other pages name player.js in their HTML, so its name stays.
				entryFileNames: (chunk) => (chunk.name === 'player' ? 'player.js' : 'assets/[name]-[hash].js'),
			},
		},
	},
	plugins: [compressed()],
	server: {
		proxy: { '/api': relay, '/cameras': relay, '/live': { target: relay, ws: true } },
	},
});

/** What does not get smaller, or is too small to matter, is served as it is. */
const COMPRESSIBLE = /\.(html|js|css|svg|webmanifest)$/;
const WORTH_COMPRESSING = 1024;

/** Writes each file also as brotli, which takes too long for the relay to do when it starts. */
function compressed(): Plugin {
	const compress = (folder: string) => {
		for (const name of readdirSync(folder)) {
			const path = join(folder, name);
			if (statSync(path).isDirectory()) compress(path);
			else if (COMPRESSIBLE.test(name) && statSync(path).size >= WORTH_COMPRESSING) {
				writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
			}
		}
	};
	return { name: 'compressed', apply: 'build', closeBundle: () => compress(OUT) };
}
