import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, ROOT } from '../ensure.mjs';

/**
 * Runs vitest and prints how many tests passed and failed, on a line of its own at the end: programs that read the output
 * look for it there. Gives the exit code.
 */
export function runTests(args, env = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-tests-'));
	const file = join(folder, 'results.json');
	try {
		const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
		const { status } = spawnSync(bin('vitest'), ['run', ...reporters, ...args], {
			cwd: ROOT,
			stdio: 'inherit',
			env: { ...process.env, ...env },
		});
		process.stdout.write(`${closingLine(file)}\n`);
		return status ?? 1;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A file that fails as a whole, before its tests are known, counts as one failure. */
function closingLine(file) {
	try {
		const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
		const broken = testResults.filter(
			({ status, assertionResults }) =>
				status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
		);
		return `${numPassedTests} passed, ${numFailedTests + broken.length} failed`;
	} catch {
		return '0 passed, 1 failed';
	}
}
