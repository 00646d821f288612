import { defineConfig } from 'vitest/config';

/** Limits in real time count (`npm run test:long`): nothing may run beside what is measured. */
const isTimed = process.env.ORIEL_TEST_TIMES === 'real';

// Each worker is one process with one module graph for all its files: no test may lean on module state, and the suite
// stays quick. Workers share nothing: ports are the system's to choose, folders have names of their own.
const workers = (count: number) => ({ pool: 'forks', isolate: false, maxWorkers: isTimed ? 1 : count }) as const;
// Reached only by what hangs: how long something takes is not asserted by a time-out.
const patience = { testTimeout: 400_000, hookTimeout: 400_000 };
const fromSource = {
	resolve: { conditions: ['source', 'module', 'node', 'development|production'] },
	ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
};

/** Faults of a disk, shown with a relay in a process of its own. */
const REAL_DISK = 'test/faults/real-disk.test.ts';
/** End-to-end tests that load the machine themselves, or that read rates from the real clock: one after another. */
const ALONE = ['crowds', 'frames/chromium', 'frames/firefox', 'frames/programs', 'slow-uplink', 'slow-viewer'].map(
	(name) => `test/e2e/${name}.test.ts`,
);

export default defineConfig({
	...fromSource,
	test: {
		projects: [
			{
				...fromSource,
				test: {
					...workers(2),
					...patience,
					name: 'unit',
					sequence: { groupOrder: 0 },
					include: [
						'packages/*/src/**/*.test.ts',
						'test/fuzz/**/*.test.ts',
						'test/docs/**/*.test.ts',
						'test/security/**/*.test.ts',
						'test/faults/**/*.test.ts',
						'test/support/**/*.test.ts',
						'tools/**/*.test.{ts,mjs}',
						'bench/**/*.test.mjs',
					],
					exclude: [REAL_DISK],
				},
			},
			{
				...fromSource,
				test: {
					...workers(3),
					...patience,
					name: 'e2e',
					sequence: { groupOrder: 1 },
					include: ['test/e2e/**/*.test.ts', 'test/deploy/**/*.test.ts', REAL_DISK],
					exclude: ALONE,
				},
			},
			{
				...fromSource,
				test: { ...workers(1), ...patience, name: 'alone', sequence: { groupOrder: 2 }, include: ALONE },
			},
			{
				...fromSource,
				test: {
					...workers(1),
					name: 'long',
					sequence: { groupOrder: 3 },
					include: ['test/long/**/*.test.ts'],
					testTimeout: 3_600_000,
					hookTimeout: 600_000,
				},
			},
		],
	},
});
