import { defineConfig } from 'vite';

const relay = process.env.ORIEL_DEV_RELAY ?? 'http://127.0.0.1:8080';
const here = import.meta.dirname;

export default defineConfig({
	root: here,
	// Workspace packages come from their TypeScript: the page never waits for their build.
	resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
	oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
	build: {
		outDir: 'dist',
		emptyOutDir: true,
		// The page's security policy forbids what is inlined.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		rolldownOptions: {
			input: { app: `${here}/index.html`, player: `${here}/src/player.ts` },
			preserveEntrySignatures: 'allow-extension',
			output: {
				// Other pages name player.js in their HTML, so its name stays.
				entryFileNames: (chunk) => (chunk.name === 'player' ? 'player.js' : 'assets/[name]-[hash].js'),
			},
		},
	},
	server: {
		proxy: { '/api': relay, '/cameras': relay, '/live': { target: relay, ws: true } },
	},
});
