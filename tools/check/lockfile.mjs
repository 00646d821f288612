// Holds package-lock.json against three rules, without a network: every package has a SHA-512, comes from the public npm
// registry, and what ships is asked for in exactly one version.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const REGISTRY = 'https://registry.npmjs.org/';
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Every entry that breaks a rule, in words. */
export function checkLockfile(root) {
	return lockfileProblems(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
}

/** The same for the content of a lockfile. */
export function lockfileProblems({ lockfileVersion, packages }) {
	const problems = lockfileVersion >= 3 ? [] : [`package-lock.json has version ${lockfileVersion}; expected 3`];
	for (const [path, entry] of Object.entries(packages)) {
		if (path.startsWith('node_modules/') || path.includes('/node_modules/'))
			problems.push(...entryProblems(path, entry));
		else problems.push(...inexact(path, entry));
	}
	return problems.map((problem) => `package-lock.json: ${problem}`);
}

function entryProblems(path, { link, integrity, resolved }) {
	// A workspace of this project.
	if (link) return /^(packages|test)\//.test(resolved ?? '') ? [] : [`${path} is a link to ${resolved}`];
	const problems = [];
	if (!integrity?.startsWith('sha512-')) problems.push(`${path} has no SHA-512`);
	if (resolved !== undefined && !resolved.startsWith(REGISTRY)) problems.push(`${path} comes from ${resolved}`);
	return problems;
}

function inexact(path, { dependencies = {}, optionalDependencies = {} }) {
	return Object.entries({ ...dependencies, ...optionalDependencies })
		.filter(([, version]) => !EXACT.test(version))
		.map(([name, version]) => `${path || 'the root'} asks for ${name} ${version}; expected one exact version`);
}
