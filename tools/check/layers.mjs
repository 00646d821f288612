// Checks the imports of the code against the table of layers in ARCHITECTURE.md.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * Every import between modules that the table does not allow, every module that the table does not list, and every module
 * of the table that does not exist, as messages.
 */
export function checkLayers(root) {
	const table = readTable(root);
	const files = sourceFiles(join(root, 'packages'));
	const problems = files.flatMap((file) => checkFile(root, table, file));
	const present = new Set(files.map((file) => moduleOf(root, table, file)));
	const missing = Object.keys(table).filter((module) => !present.has(module));
	return [...problems, ...missing.map((module) => `ARCHITECTURE.md lists the module ${module}, which does not exist`)];
}

function readTable(root) {
	const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
	const [, json] = /```json layers\n([\s\S]*?)```/.exec(text) ?? [];
	if (!json) throw new Error('ARCHITECTURE.md has no block ```json layers');
	return JSON.parse(json);
}

/** Code that ships: tests and what only they use is left out. */
function sourceFiles(folder) {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (name === 'dist' || name === 'node_modules') return [];
		if (statSync(path).isDirectory()) return sourceFiles(path);
		return /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$|vite\.config/.test(name) ? [path] : [];
	});
}

function checkFile(root, table, file) {
	const module = moduleOf(root, table, file);
	const place = relative(root, file);
	const allowed = table[module];
	if (!allowed) return [`${place} is in the module ${module}, which ARCHITECTURE.md does not list`];
	const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
	return importedFiles
		.map(({ fileName }) => targetModule(root, table, file, fileName))
		.filter((target) => target !== undefined && target !== module && !allowed.includes(target))
		.map((target) => `${place} imports ${target}; ${module} may import ${allowed.join(', ') || 'nothing'}`);
}

/** The module behind an import; undefined for packages that are not Oriel's. */
function targetModule(root, table, file, name) {
	if (name.startsWith('.')) return moduleOf(root, table, join(dirname(file), name));
	if (name === '@oriel/testing' || name.startsWith('@oriel/testing/')) return 'test support';
	const [, packageName] = /^@oriel\/([a-z]+)/.exec(name) ?? [];
	return packageName;
}

/** `relay/core` for a file in a folder, `relay` for one in the root of a package's src, `base` for an undivided package. */
function moduleOf(root, table, file) {
	const [, packageName, , ...rest] = relative(root, file).split(sep);
	const folder = rest.length > 1 ? `${packageName}/${rest[0]}` : packageName;
	return folder in table || !(packageName in table) || isDivided(table, packageName) ? folder : packageName;
}

function isDivided(table, packageName) {
	return Object.keys(table).some((module) => module.startsWith(`${packageName}/`));
}
