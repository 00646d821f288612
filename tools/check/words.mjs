// Refuses the words that were dropped (tools/check/dropped-words.mjs) in documents, in the texts of the program, and in the
// comments and test titles of all code.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { COMMENT_WORDS, DROPPED_TYPES, DROPPED_WORDS, EXCEPTIONS } from './dropped-words.mjs';

/** Every dropped word in a document or in a text of the product, and every exception that is no longer needed. */
export function checkWords(root, exceptions = EXCEPTIONS) {
	const used = new Set();
	const found = [
		...documents(root).flatMap((path) => wordsInDocument(readFileSync(path, 'utf8')).map(at(root, path))),
		...sourceFiles(join(root, 'packages')).flatMap((path) =>
			wordsInCode(path, readFileSync(path, 'utf8')).map(at(root, path)),
		),
		...codeFiles(root).flatMap((path) => wordsInComments(path, readFileSync(path, 'utf8')).map(at(root, path))),
	];
	const problems = found.filter(({ place, text }) => {
		const exception = exceptions.find((one) => one.file === place && text.includes(one.text));
		if (exception) used.add(exception);
		return !exception;
	});
	const unused = exceptions.filter((one) => !used.has(one));
	return [
		...problems.map(({ place, line, word, use }) => `${place}:${line} "${word}" was dropped; use ${use}`),
		...unused.map(({ file, text }) => `The exception for "${text}" in ${file} is not needed; remove it`),
	];
}

/** Dropped words in Markdown, and dropped type names in its code. */
export function wordsInDocument(text) {
	return text.split('\n').flatMap((line, index) => {
		const code = line.match(/`[^`]+`/g)?.join(' ') ?? '';
		return [...wordsIn(line, DROPPED_WORDS), ...wordsIn(code, DROPPED_TYPES)].map((one) => ({
			...one,
			line: index + 1,
			text: line,
		}));
	});
}

/** Dropped words in the string literals, templates and JSX texts of a source file. Comments are not texts of the product. */
export function wordsInCode(path, text) {
	const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kindOf(path));
	const found = [];
	const visit = (node) => {
		if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
		if (isText(node)) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			const words = node.text.replaceAll(/\s+/g, ' ');
			found.push(...wordsIn(words, DROPPED_WORDS).map((one) => ({ ...one, line: line + 1, text: words })));
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Dropped words in the comments of a source file and in the titles of its tests, and dropped type names in their code spans. */
export function wordsInComments(path, text) {
	const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kindOf(path));
	const pieces = [...commentsOf(source), ...titlesOf(source)];
	return pieces.flatMap(({ start, words }) => {
		const spans = words.match(/`[^`\n]+`/g)?.join(' ') ?? '';
		const { line } = source.getLineAndCharacterOfPosition(start);
		return [...wordsIn(words, COMMENT_WORDS), ...wordsIn(spans, DROPPED_TYPES)].map((one) => ({
			...one,
			line: line + 1,
			text: words,
		}));
	});
}

function kindOf(path) {
	if (path.endsWith('x')) return ts.ScriptKind.TSX;
	return path.endsWith('.mjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}

/** Comments stand before tokens, or behind the last one of a line. */
function commentsOf(source) {
	const { text } = source;
	const found = new Map();
	const visit = (node) => {
		const before = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
		const behind = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
		if (!ts.isJsxText(node)) for (const range of [...before, ...behind]) found.set(range.pos, range);
		for (const child of node.getChildren(source)) visit(child);
	};
	visit(source);
	return [...found.values()].map(({ pos, end }) => ({
		start: pos,
		words: text.slice(pos, end).replaceAll(/\n\s*\*?\s*/g, ' '),
	}));
}

/** The first text of a call of `it`, `describe` or `test`, with whatever stands between the name and the call. */
function titlesOf(source) {
	const found = [];
	const visit = (node) => {
		const [title] = ts.isCallExpression(node) ? node.arguments : [];
		if (title && ts.isStringLiteralLike(title) && /^(it|describe|test)\b/.test(node.expression.getText())) {
			found.push({ start: title.getStart(), words: title.text });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

function isText(node) {
	return (
		ts.isStringLiteralLike(node) ||
		ts.isTemplateHead(node) ||
		ts.isTemplateMiddle(node) ||
		ts.isTemplateTail(node) ||
		ts.isJsxText(node)
	);
}

function wordsIn(text, dropped) {
	return dropped.flatMap(({ word, use }) => (text.match(word) ?? []).map((found) => ({ word: found, use })));
}

function at(root, path) {
	const place = relative(root, path).split(sep).join('/');
	return (one) => ({ ...one, place });
}

function documents(root) {
	const below = (names, isRead) => names.flatMap((name) => filesIn(join(root, name), isRead, true));
	return [
		...filesIn(root, isMarkdown, false),
		...below(['docs', 'bench', 'test'], isMarkdown),
		// Units, sample configuration and scripts, which people read and edit; forms and workflows.
		...below(['deploy', '.github'], () => true),
	];
}

/** Code that ships. */
function sourceFiles(folder) {
	const isShipped = (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$|vite\.config/.test(name);
	return filesIn(folder, isShipped, true);
}

/** All code, that of tests, benches and tools too. */
function codeFiles(root) {
	const isCode = (name) => /\.(tsx?|mjs)$/.test(name) && !name.endsWith('.d.ts');
	const isOwn = (path) => !WORD_LISTS.some((name) => path.endsWith(name));
	return ['packages', 'test', 'bench', 'tools']
		.flatMap((name) => filesIn(join(root, name), isCode, true))
		.filter(isOwn);
}

/** They hold the words themselves. */
const WORD_LISTS = ['dropped-words.mjs', 'words.test.mjs'];

function isMarkdown(name) {
	return name.endsWith('.md');
}

const NOT_READ = new Set(['dist', 'node_modules']);

function filesIn(folder, isWanted, deep) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (NOT_READ.has(name)) return [];
		if (statSync(path).isDirectory()) return deep ? filesIn(path, isWanted, true) : [];
		return isWanted(name) ? [path] : [];
	});
}
