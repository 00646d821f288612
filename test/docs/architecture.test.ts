import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import ts from 'typescript';
import { expect, it } from 'vitest';

const LIBRARIES = ['base', 'media', 'stream', 'protocol', 'api', 'testcard'];
/** Of the page the elements of a document share one connection, which is the page's state. */
const STATELESS = [...LIBRARIES, 'agent', 'relay', 'cli'];

/** What a library must take as a parameter. */
const SURROUNDINGS =
	/\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bset(Timeout|Interval|Immediate)\b|\bMath\.random\b|\bcrypto\.|\bprocess\./;
const THE_CLOCK = 'packages/base/src/system-clock.ts';

function sourcesOf(name: string): { readonly place: string; readonly text: string }[] {
	const files = (folder: string): string[] =>
		readdirSync(folder).flatMap((entry) => {
			const path = join(folder, entry);
			if (statSync(path).isDirectory()) return files(path);
			return /\.ts$/.test(entry) && !/\.test\.ts$/.test(entry) ? [path] : [];
		});
	return files(join(ROOT, 'packages', name, 'src')).map((path) => ({
		place: relative(ROOT, path),
		text: readFileSync(path, 'utf8'),
	}));
}

function withoutComments(text: string): string {
	return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm, '');
}

/** Variables of a module that can be assigned, and containers in it that begin empty. */
function stateOf(place: string, text: string): string[] {
	const source = ts.createSourceFile(place, text, ts.ScriptTarget.Latest, true);
	return source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) =>
		declarationList.declarations
			.filter(({ initializer }) => {
				const isConstant = (declarationList.flags & ts.NodeFlags.Const) !== 0;
				return !isConstant || (initializer !== undefined && isEmptyContainer(initializer));
			})
			.map(({ name }) => `${place}: ${name.getText()}`),
	);
}

function isEmptyContainer(node: ts.Expression): boolean {
	if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
	if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
	if (!ts.isNewExpression(node) || (node.arguments?.length ?? 0) > 0) return false;
	return /^(Map|Set|WeakMap|WeakSet|Array)$/.test(node.expression.getText());
}

/** Interfaces of coded pictures: they say whether one is a key, and hold its bytes. */
function pictureTypesOf(place: string, text: string): string[] {
	const source = ts.createSourceFile(place, text, ts.ScriptTarget.Latest, true);
	return source.statements.filter(ts.isInterfaceDeclaration).flatMap(({ name, members }) => {
		const fields = members.filter(ts.isPropertySignature);
		const hasKey = fields.some((field) => field.name.getText() === 'key' && field.type?.getText() === 'boolean');
		const hasBytes = fields.some(({ type }) => /\b(Uint8Array|Buffer)\b/.test(type?.getText() ?? ''));
		return hasKey && hasBytes ? [`${place}: ${name.text}`] : [];
	});
}

it('one type holds a frame, and one a media unit: other coded pictures are inside the parser', () => {
	const packages = [...STATELESS, 'web'];
	const types = packages.flatMap(sourcesOf).flatMap(({ place, text }) => pictureTypesOf(place, text));
	expect(types.sort()).toEqual([
		'packages/media/src/h264/access-unit.ts: AccessUnit',
		'packages/media/src/h264/stream.ts: H264Unit',
		'packages/media/src/reader/reader.ts: MediaUnit',
	]);
	const text = 'interface Mine { readonly key: boolean; readonly bytes: Uint8Array }';
	expect(pictureTypesOf('x.ts', text)).toEqual(['x.ts: Mine']);
});

it.each(LIBRARIES)('%s uses no Node module, no clock and no randomness of its own', (name) => {
	for (const { place, text } of sourcesOf(name)) {
		if (place === THE_CLOCK) continue;
		const code = withoutComments(text);
		expect(code, place).not.toMatch(/from 'node:/);
		expect(code, place).not.toMatch(SURROUNDINGS);
	}
});

it.each(STATELESS)('modules of %s hold no state', (name) => {
	expect(sourcesOf(name).flatMap(({ place, text }) => stateOf(place, text))).toEqual([]);
});

it('state of a module is recognised', () => {
	const text = 'let a = 1; const b = new Map(); const c = []; const d = new Map([[1, 2]]); const e = 5;';
	expect(stateOf('x.ts', text)).toEqual(['x.ts: a', 'x.ts: b', 'x.ts: c']);
});
