// `npm run bench [NAME] [-- --flag value]`: the named bench or all of them; what they find goes into bench/RESULTS.md.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provenance } from '../bench/report/machine.mjs';
import { writeSection } from '../bench/report/results.mjs';
import { ensureBuilt, ROOT } from './ensure.mjs';

const FOLDER = join(ROOT, 'bench');
const names = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'main.mjs')));
const say = (words) => process.stderr.write(`${words}\n`);

async function runBench(name, args) {
	const bench = await import(`../bench/${name}/main.mjs`);
	const options = Object.fromEntries(Object.keys(bench.flags).map((flag) => [flag, { type: 'string' }]));
	const { values } = parseArgs({ args, options });
	const where = provenance(['npm run bench', name, ...(args.length > 0 ? ['--', ...args] : [])].join(' '), ROOT);
	const found = await bench.run({ ...bench.flags, ...values }, { cache: join(ROOT, '.cache', 'bench'), say });
	writeSection(join(FOLDER, 'RESULTS.md'), name, `${where}\n\n${found}`);
	process.stdout.write(`${found}\n`);
}

async function list() {
	for (const name of names) {
		const { summary, flags } = await import(`../bench/${name}/main.mjs`);
		const defaults = Object.entries(flags).map(([flag, value]) => `--${flag} ${value}`);
		say(`  ${name.padEnd(12)} ${summary}\n${' '.repeat(15)}${defaults.join(' ')}`);
	}
}

const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && !first.startsWith('--');
ensureBuilt();
if (named && !names.includes(first)) {
	say(`There is no bench "${first}". There are:`);
	await list();
	process.exitCode = 2;
} else {
	try {
		for (const name of named ? [first] : names) await runBench(name, named ? rest : process.argv.slice(2));
	} catch (failure) {
		say(`The bench failed, nothing was written: ${failure.message}`);
		process.exitCode = 1;
	}
}
