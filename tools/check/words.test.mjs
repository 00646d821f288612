import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DROPPED_TYPES, DROPPED_WORDS, EXCEPTIONS } from './dropped-words.mjs';
import { checkWords, wordsInCode, wordsInComments, wordsInDocument } from './words.mjs';

describe('the words of documents', () => {
	it.each([
		['A number is wanted.', 'is wanted'],
		['no name; wanted: a name', 'wanted:'],
		['Whoever is behind waits.', 'Whoever'],
		['It comes back by itself.', 'by itself'],
		['The relay tries for ever.', 'for ever'],
		['At most so many bytes are under way.', 'so many'],
		['The ground floor of the house', 'ground floor'],
		['A viewer is a `Position` in the group.', 'Position'],
		['See `hub/Outbox.traffic`.', 'Outbox'],
	])('refuses: %s', (text, word) => {
		expect(wordsInDocument(`Fine.\n${text}`)).toContainEqual(expect.objectContaining({ word, line: 2 }));
	});

	it('allows the same letters in other words, and type names that are words of a sentence', () => {
		const text = 'A bedroom, a greenhouse, the proof. Position and dial are words.\n`PositionX`, `warehouse`';
		expect(wordsInDocument(text)).toEqual([]);
	});
});

describe('the words of the program', () => {
	it.each([
		["throw new Error('a number is wanted');", 'is wanted'],
		[`const words = \`at most \${max} are wanted\`;`, 'are wanted'],
		[`const words = \`\${name} is held by somebody\`;`, 'somebody'],
		['const help = "send frames although nobody watches";', 'nobody'],
	])('refuses: %s', (code, word) => {
		expect(wordsInCode('x.ts', `\n${code}`)).toEqual([expect.objectContaining({ word, line: 2 })]);
	});

	it('refuses them in texts and attributes of the page', () => {
		const code = 'const page = <p title="Nobody">Whoever\n\t\tcomes</p>;';
		expect(wordsInCode('x.tsx', code).map(({ word }) => word)).toEqual(['Nobody', 'Whoever']);
	});

	it('leaves comments, names and imports to others', () => {
		const code = [
			"import { nobody } from './nobody.ts';",
			"export { whoever } from './whoever.ts';",
			'// whoever comes, by itself',
			'const anew = nobody + wanted;',
		].join('\n');
		expect(wordsInCode('x.ts', code)).toEqual([]);
	});
});

describe('the words of comments and test titles', () => {
	it.each([
		['// Nobody waits for it.', 'Nobody'],
		['/**\n * It ends by\n * itself.\n */\nconst a = 1;', 'by itself'],
		['const a = 1; // begins anew', 'anew'],
		['f({\n\t// the outbox\n\ta,\n});', 'outbox'],
		['/** As `Outbox.traffic`. */', 'Outbox'],
		["it('tells nobody', () => {});", 'nobody'],
		["it.each([1])('goes on for ever', () => {});", 'for ever'],
		["describe.concurrent('whoever', () => {});", 'whoever'],
	])('refuses: %s', (code, word) => {
		const line = code.startsWith('f(') ? 2 : 1;
		expect(wordsInComments('x.ts', code)).toContainEqual(expect.objectContaining({ word, line }));
	});

	it('allows them in names and data, and words that are plain English there', () => {
		const code = [
			'const nobody = anew;',
			"const url = 'http://nobody';",
			"call('whoever');",
			'// Makes room for so many bytes, in a way in which none is lost.',
			'/* The position of a dial. */',
		].join('\n');
		expect(wordsInComments('x.ts', code)).toEqual([]);
	});
});

describe('a clone', () => {
	it('is searched in documents and in code that ships, but for exceptions, which must be needed', () => {
		const root = mkdtempSync(join(tmpdir(), 'oriel-words-'));
		try {
			const write = (path, text) => {
				mkdirSync(join(root, path, '..'), { recursive: true });
				writeFileSync(join(root, path), text);
			};
			write('README.md', 'Nobody reads this.');
			write('docs/guide/x.md', 'It works by itself.\nThe hotel has a room.');
			write('deploy/x.service', '# So many cameras');
			write('packages/x/src/x.ts', "export const words = 'so many';");
			write('packages/x/src/x.test.ts', "export const words = 'so many';");
			write('packages/x/dist/x.ts', "export const words = 'so many';");
			const needed = { file: 'docs/guide/x.md', text: 'hotel', why: 'a room of a building' };
			const stale = { file: 'docs/guide/x.md', text: 'motel', why: 'a room of a building' };
			expect(checkWords(root, [needed, stale])).toEqual([
				expect.stringMatching(/^README\.md:1 "Nobody" was dropped; use /),
				expect.stringMatching(/^docs\/guide\/x\.md:1 "by itself" was dropped; use /),
				expect.stringMatching(/^deploy\/x\.service:1 "So many" was dropped; use /),
				expect.stringMatching(/^packages\/x\/src\/x\.ts:1 "so many" was dropped; use /),
				'The exception for "motel" in docs/guide/x.md is not needed; remove it',
			]);
		} finally {
			rmSync(root, { recursive: true });
		}
	});
});

it.each([...DROPPED_WORDS, ...DROPPED_TYPES])('$word has a reason and a replacement', ({ word, use, why }) => {
	expect(word.flags).toContain('g');
	expect([use, why].every((text) => text.length > 0)).toBe(true);
});

it.each(EXCEPTIONS)('the exception for $text in $file has a reason', ({ why }) => {
	expect(why.length).toBeGreaterThan(10);
});
