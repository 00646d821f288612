// `npm run check`: format and lint, types of the code and of the tests, imports between layers, links and words of the documents,
// shells and code made of text, the lockfile, known weaknesses of what ships.

import { bin, ensureInstalled, ROOT, run } from './ensure.mjs';

ensureInstalled();
// Only now: they use packages that a fresh clone does not have before.
const { checkDocuments } = await import('./check/documents.mjs');
const { checkLayers } = await import('./check/layers.mjs');
const { checkWords } = await import('./check/words.mjs');
const { checkDangers } = await import('./check/dangers.mjs');
const { checkLockfile } = await import('./check/lockfile.mjs');
const { checkAudit } = await import('./check/audit.mjs');
const tsc = (...args) => run(process.execPath, ['node_modules/typescript/bin/tsc', ...args]);

step('format and lint', () => run(bin('biome'), ['check', '--error-on-warnings', '.']));
step('types', () => tsc('--build'));
step('types of the page', () => tsc('--build', 'packages/web'));
step('types of tests and benches', () => tsc('--project', 'tsconfig.tests.json'));
step('layers', () => report(checkLayers(ROOT)));
step('links of documents', () => report(checkDocuments(ROOT)));
step('words', () => report(checkWords(ROOT)));
step('shells and code made of text', () => report(checkDangers(ROOT)));
step('lockfile', () => report(checkLockfile(ROOT)));
step('known weaknesses', () => report(checkAudit(ROOT, (words) => process.stderr.write(`  ${words}\n`))));

function step(name, action) {
	process.stdout.write(`check: ${name}\n`);
	action();
}

function report(problems) {
	if (problems.length === 0) return;
	for (const problem of problems) process.stderr.write(`  ${problem}\n`);
	process.exit(1);
}
