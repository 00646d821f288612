import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** The attacks that are floods, as programs: `npm test` runs the same files. */
const FILES = /^flood-.*\.ts$/;

/**
 * Compiles the attacks, which Node 20 cannot run as they are.
 * @param {string} root of this checkout
 * @param {string} folder for what is made
 * @returns {Promise<{name: string, file: string}[]>}
 */
export async function compileAttacks(root, folder) {
	const from = join(root, 'test', 'security', 'attacks');
	const to = join(folder, 'attacks');
	mkdirSync(to, { recursive: true });
	const files = readdirSync(from).filter((name) => FILES.test(name));
	for (const name of files) {
		const { outputText } = ts.transpileModule(readFileSync(join(from, name), 'utf8'), {
			compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
		});
		const code = outputText.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.mjs'");
		writeFileSync(join(to, name.replace(/ts$/, 'mjs')), code);
	}
	const attacks = [];
	for (const name of files) {
		const file = join(to, name.replace(/ts$/, 'mjs'));
		const module = await import(pathToFileURL(file).href);
		// What the floods share has functions too, which take other things.
		if (name === 'flood-client.ts') continue;
		for (const attack of Object.keys(module)) attacks.push({ name: attack, file });
	}
	return attacks;
}
