import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const HERE = import.meta.dirname;
const IMPORT = /import \{([^}]*)\} from '(\.[^']*)'/g;

/** Benches do not run every day: a name that has moved would be found with the next measurement. */
const names = readdirSync(HERE, { recursive: true })
	.filter((file) => /\.mjs$/.test(file) && !/\.test\.mjs$/.test(file))
	.flatMap((file) =>
		[...readFileSync(join(HERE, file), 'utf8').matchAll(IMPORT)].map(([, imported = '', from = '']) => ({
			file,
			imported: imported.split(',').flatMap((name) => name.trim().split(' as ')[0] || []),
			path: join(HERE, dirname(file), from),
		})),
	);

it.each(names.filter(({ path }) => path.includes('/dist/')))('$file finds $imported in the packages', async (one) => {
	const found = Object.keys(await import(/* @vite-ignore */ pathToFileURL(one.path).href));
	expect(found).toEqual(expect.arrayContaining(one.imported));
});

it.each(names.filter(({ path }) => !path.includes('/dist/')))('$file finds $imported in the benches', (one) => {
	const text = readFileSync(one.path, 'utf8');
	const missing = one.imported.filter((name) => !new RegExp(`export (async )?[a-z]+\\*? ${name}\\b`).test(text));
	expect(missing).toEqual([]);
});
