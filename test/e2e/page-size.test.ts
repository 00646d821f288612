import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { expect, it } from 'vitest';

/** What a browser gets before it shows anything, as it is sent. */
const MAX_FIRST_LOAD_BYTES = 65_000;

it('the page’s first load is at most 65 KB', () => {
	const page = join(ROOT, 'packages/cli/dist/page');
	const html = readFileSync(join(page, 'index.html'), 'utf8');
	const assets = [...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map(([, path = '']) => path);
	expect(assets.length, 'script, shared script and style').toBe(3);
	const sizes = ['index.html', ...assets].map((path) => {
		const file = join(page, path);
		return statSync(existsSync(`${file}.br`) ? `${file}.br` : file).size;
	});
	expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_FIRST_LOAD_BYTES);
});
