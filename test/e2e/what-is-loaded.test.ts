import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oriel } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';

/** Writes a line for every file that the program imports. */
const HOOK = `
	import { writeSync } from 'node:fs';
	export function load(url, context, next) {
		writeSync(2, 'loads ' + url + '\\n');
		return next(url, context);
	}`;
const dataUrl = (script: string) => `data:text/javascript,${encodeURIComponent(script)}`;
const NODE_OPTIONS = `--import "${dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(HOOK))});`)}"`;

/** What a program imported so far, without the folder of the clone. */
const importedBy = ({ stderr }: { readonly stderr: string }) =>
	[...stderr.matchAll(/^loads file:\S*?\/((?:packages|node_modules)\/\S+)$/gm)].map(([, path = '']) => path);

/** Packages that no start needs, and whose loading would add a third to it. */
const HEAVY = /^node_modules\/(yaml|pino-pretty|acme-client)\//;

describe('a program that starts', () => {
	it('imports of all commands only its own, and nothing heavy that it does not need yet', async () => {
		const data = mkdtempSync(join(tmpdir(), 'oriel-start-'));
		try {
			const args = ['relay', '--data', data, '--host', '127.0.0.1', '--port', '0', '--log', 'json'];
			await using relay = oriel(args, { env: { NODE_OPTIONS } });
			await relay.said(/"msg":"relay listens"/);
			const imported = importedBy(relay);
			const commands = imported.filter((path) => path.startsWith('packages/cli/dist/commands/'));
			expect(commands.map((path) => path.replace(/^.*\//, '')).toSorted()).toEqual([
				'define.js',
				'help.js',
				'list.js',
				'relay-tls.js',
				'relay.js',
				'shared-options.js',
			]);
			expect(imported.filter((path) => path.startsWith('packages/agent/') || HEAVY.test(path))).toEqual([]);
			// What Node tells of its process is loaded last: until then nobody can ask.
			expect(imported.at(-1)).toBe('node_modules/prom-client/index.js');
		} finally {
			rmSync(data, { recursive: true, force: true });
		}
	});
});
