import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
const sheets = files.filter((file) => file.endsWith('.module.css'));
const read = (file: string) => readFileSync(join(SOURCE, file), 'utf8');

/** The classes of a style sheet: names behind a dot in front of a block. */
function classesOf(sheet: string): string[] {
	const selectors = read(sheet)
		.replaceAll(/\/\*.*?\*\//gs, '')
		.matchAll(/([^{};]+)\{/g);
	return [...selectors].flatMap(([, selector = '']) =>
		[...selector.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, name = '']) => name),
	);
}

/** Classes that components take from a style sheet, as `path name`; `path *` where the name is computed. */
function usesIn(file: string): string[] {
	const text = read(file);
	return [...text.matchAll(/import (\w+) from '(\.[^']*\.module\.css)'/g)].flatMap(([, local = '', path = '']) => {
		const sheet = normalize(join(dirname(file), path));
		const body = text.replaceAll(/^import .*$/gm, '');
		const named = [...body.matchAll(new RegExp(`\\b${local}(?:\\.(\\w+)|\\[)`, 'g'))];
		return named.map(([, name = '*']) => `${sheet} ${name}`);
	});
}

const uses = new Set(files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts')).flatMap(usesIn));

it('components take only classes that their style sheets have', () => {
	const there = new Set(sheets.flatMap((sheet) => ['*', ...classesOf(sheet)].map((name) => `${sheet} ${name}`)));
	expect([...uses].filter((use) => !there.has(use))).toEqual([]);
});

it('style sheets have only classes that a component takes', () => {
	const spare = sheets.flatMap((sheet) =>
		[...new Set(classesOf(sheet))]
			.filter((name) => !uses.has(`${sheet} ${name}`) && !uses.has(`${sheet} *`))
			.map((name) => `${sheet} ${name}`),
	);
	expect(spare).toEqual([]);
});

it('style sheets have names of their own, which stand in the class names of the built page', () => {
	const names = sheets.map((sheet) => basename(sheet));
	expect(names.length).toBeGreaterThan(20);
	expect(new Set(names).size).toBe(names.length);
});
