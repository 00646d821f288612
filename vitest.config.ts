import { defineConfig } from 'vitest/config';

// One process and one module graph for everything: no test may lean on module state, and the suite stays quick.
const oneProcess = { pool: 'threads', isolate: false, maxWorkers: 1, fileParallelism: false } as const;
const fromSource = {
	resolve: { conditions: ['source', 'module', 'node', 'development|production'] },
	ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
};

export default defineConfig({
	...fromSource,
	test: {
		projects: [
			{
				...fromSource,
				test: {
					...oneProcess,
					name: 'unit',
					include: [
						'packages/*/src/**/*.test.ts',
						'test/fuzz/**/*.test.ts',
						'test/docs/**/*.test.ts',
						'test/security/**/*.test.ts',
						'test/faults/broken-disk.test.ts',
						'test/support/**/*.test.ts',
						'tools/**/*.test.{ts,mjs}',
					],
				},
			},
			{
				...fromSource,
				test: {
					...oneProcess,
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts', 'test/faults/real-disk.test.ts'],
					testTimeout: 90_000,
					hookTimeout: 60_000,
				},
			},
		],
	},
});
