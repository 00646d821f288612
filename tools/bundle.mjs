// Bundles the program and all that it imports into packages/cli/dist/bundle, for the clone and for the published package:
// Node opens some dozen files at a start instead of some hundred. Puts what a machine needs to install it beside it, and the
// licences.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import { ROOT } from './ensure.mjs';

const CLI = join(ROOT, 'packages', 'cli');
/** A folder of one's own shows that the same sources give the same bytes. */
const OUT = process.argv[2] ?? join(CLI, 'dist', 'bundle');
/** Of `deploy`. */
const DEPLOYED = ['install.sh', '90-oriel.conf', 'oriel-relay.service', 'armv6/oriel-push', 'armv6/oriel-push.service'];

/**
 * acme-client keeps an outdated interface that loads node-forge, a quarter of the whole bundle. Oriel uses the newer one,
 * which is built on Node's own cryptography.
 */
const withoutForge = {
	name: 'without-forge',
	load: {
		filter: { id: /acme-client[\\/]src[\\/]crypto[\\/]forge\.js$/ },
		handler: () => ({ code: 'module.exports = {};', moduleType: 'js' }),
	},
};

/** Names stay: a stack in a log must say where. */
const MINIFY = { mangle: false, compress: true, codegen: true };

/** Shortens the local names of other people's packages: a seventh of the package's size. */
const shortLocals = {
	name: 'short-locals',
	transform: {
		filter: { id: /[\\/]node_modules[\\/].*\.[cm]?js$/ },
		handler: (code, id) => ({ code: minifySync(id, code, { mangle: { toplevel: false }, compress: false }).code }),
	},
};

const bundle = await rolldown({
	input: { main: join(CLI, 'src', 'main.ts') },
	platform: 'node',
	resolve: { conditionNames: ['source', 'node', 'import', 'module', 'default'] },
	plugins: [withoutForge, shortLocals],
	transform: { target: 'node20.19' },
	// Thrown here instead: a bundle with a warning is not published.
	checks: { pluginTimings: false },
	onLog: (_level, { code, message }) => {
		// Of packages of other people: `this` at the top of what TypeScript has compiled, `eval` in a check for Node.
		if (code !== 'COMMONJS_VARIABLE_IN_ESM' && code !== 'EVAL') throw new Error(`${code}: ${message}`);
	},
});
rmSync(OUT, { recursive: true, force: true });
const { output } = await bundle.write({
	dir: OUT,
	format: 'esm',
	minify: MINIFY,
	entryFileNames: '[name].js',
	chunkFileNames,
});
await bundle.close();
const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []));
writeFileSync(join(CLI, 'NOTICES'), notices(modules));
copyFileSync(join(ROOT, 'LICENSE'), join(CLI, 'LICENSE'));
for (const name of DEPLOYED) {
	const path = join(CLI, 'dist', 'deploy', name);
	mkdirSync(dirname(path), { recursive: true });
	copyFileSync(join(ROOT, 'deploy', name), path);
}

/** A command is called after its file, a package that is loaded later after itself, the rest after most of its modules. */
function chunkFileNames({ facadeModuleId, moduleIds }) {
	if (facadeModuleId) return packageFolder(facadeModuleId) ? `${ownerOf(facadeModuleId)}.js` : '[name].js';
	const counts = new Map();
	for (const name of moduleIds.map(ownerOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
	const [[name] = ['[name]']] = [...counts].sort(([, one], [, other]) => other - one);
	return `${name}.js`;
}

function ownerOf(module) {
	const folder = packageFolder(module);
	if (folder) return basename(folder);
	const [, name = 'helpers'] = /[\\/]packages[\\/](\w+)[\\/]/.exec(module) ?? [];
	return `oriel-${name}`;
}

/** The licences of all packages of other people in the bundle and in the page. */
function notices(modules) {
	const folders = new Set(modules.map(packageFolder).filter(Boolean));
	for (const name of pageDependencies()) folders.add(join(ROOT, 'node_modules', name));
	const packages = [...folders].sort().map((folder) => {
		const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		return { title: `${name} ${version} (${license})`, text: licenceOf(folder) };
	});
	// Texts that are alike compress to a quarter less side by side.
	packages.sort((one, other) => (one.text < other.text ? -1 : Number(one.text > other.text)));
	const parts = packages.map(({ title, text }) => `${title}\n\n${text}\n`);
	const head = 'Oriel contains the following packages, which have licences of their own.\n';
	return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

function packageFolder(module) {
	const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(module) ?? [];
	return folder;
}

function pageDependencies() {
	const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'packages', 'web', 'package.json'), 'utf8'));
	return Object.keys(dependencies).filter((name) => !name.startsWith('@oriel/'));
}

function licenceOf(folder) {
	const name = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
	if (name) return readFileSync(join(folder, name), 'utf8').trim();
	const readme = join(folder, 'README.md');
	const text = existsSync(readme) ? readFileSync(readme, 'utf8') : '';
	// Older readme files underline their headings.
	const [, words] = /^(?:#+ *)?licen[cs]e *\n(?:-+\n)?([\s\S]*?)(?=\n#|\n.+\n---|$(?![\s\S]))/im.exec(text) ?? [];
	return words?.trim() ?? 'Its package has no text of the licence.';
}
