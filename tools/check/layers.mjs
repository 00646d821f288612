// Holds the imports of the code against the table in ARCHITECTURE.md, so that the drawing cannot lie.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * Every import between rooms that the table does not allow, every room that it does not know, and every room in it
 * that is not there, in words.
 */
export function checkRooms(root) {
	const table = readTable(root);
	const files = sourceFiles(join(root, 'packages'));
	const problems = files.flatMap((file) => checkFile(root, table, file));
	const present = new Set(files.map((file) => roomOf(root, table, file)));
	const missing = Object.keys(table).filter((room) => !present.has(room));
	return [...problems, ...missing.map((room) => `ARCHITECTURE.md names the room ${room}, which is not there`)];
}

function readTable(root) {
	const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
	const [, json] = /```json rooms\n([\s\S]*?)```/.exec(text) ?? [];
	if (!json) throw new Error('ARCHITECTURE.md has no block ```json rooms');
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
	const room = roomOf(root, table, file);
	const place = relative(root, file);
	const allowed = table[room];
	if (!allowed) return [`${place} is in the room ${room}, which ARCHITECTURE.md does not know`];
	const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
	return importedFiles
		.map(({ fileName }) => targetRoom(root, table, file, fileName))
		.filter((target) => target !== undefined && target !== room && !allowed.includes(target))
		.map((target) => `${place} imports ${target}; ${room} may import ${allowed.join(', ') || 'nothing'}`);
}

/** The room behind an import; undefined for what comes from outside the house. */
function targetRoom(root, table, file, name) {
	if (name.startsWith('.')) return roomOf(root, table, join(dirname(file), name));
	if (name === '@oriel/testing' || name.startsWith('@oriel/testing/')) return 'test support';
	const [, house] = /^@oriel\/([a-z]+)/.exec(name) ?? [];
	return house;
}

/** `relay/hub` for a file in a folder, `relay` for one in the root of a package's src, `base` for a package without rooms. */
function roomOf(root, table, file) {
	const [, house, , ...rest] = relative(root, file).split(sep);
	const folder = rest.length > 1 ? `${house}/${rest[0]}` : house;
	return folder in table || !(house in table) || hasRooms(table, house) ? folder : house;
}

function hasRooms(table, house) {
	return Object.keys(table).some((room) => room.startsWith(`${house}/`));
}
