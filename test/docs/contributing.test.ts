import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { expect, it } from 'vitest';

const EXAMPLES = join(ROOT, 'test/examples');
const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const quotes = new Map(
	[...text.matchAll(/\(test\/examples\/([\w.-]+)\):\n\n```ts\n([\s\S]*?)```/g)].map(([, name, code]) => [name, code]),
);

it.each(readdirSync(EXAMPLES))('CONTRIBUTING.md quotes test/examples/%s as it is', (name) => {
	expect(quotes.get(name)).toBe(readFileSync(join(EXAMPLES, name), 'utf8'));
});

it('every code block of CONTRIBUTING.md is a quote', () => {
	expect([...text.matchAll(/```ts\n/g)]).toHaveLength(quotes.size);
});

it('every path that CONTRIBUTING.md names exists', () => {
	const paths = [...text.matchAll(/`((?:packages|test|tools|docs|deploy|bench)\/[\w./-]+)`/g)].map(
		([, path = '']) => path,
	);
	expect(paths.length).toBeGreaterThan(5);
	for (const path of paths) expect(() => readdirOrFile(join(ROOT, path)), path).not.toThrow();
});

function readdirOrFile(path: string): void {
	if (/\.\w+$/.test(path)) readFileSync(path);
	else readdirSync(path);
}
