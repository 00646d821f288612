import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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

/** Files of the bundle that a program imported so far: tools/bundle.mjs says how they are called. */
const importedBy = ({ stderr }: { readonly stderr: string }) =>
	[...stderr.matchAll(/^loads file:\S*\/dist\/bundle\/(\S+)\.js$/gm)].map(([, name = '']) => name);

/** Other commands, the agent, and packages that no start needs and whose loading would add a third to it. */
const NOT_NEEDED = [
	...['camera', 'camera-install', 'camera-join', 'demo', 'doctor', 'doctor-relay', 'keys', 'owner', 'tokens'],
	...['backup', 'restore', 'update'],
	...['oriel-agent', 'yaml', 'pino-pretty', 'acme-client'],
];

describe('a program that starts', () => {
	it('imports of all commands only its own, and nothing heavy that it does not need yet', async () => {
		const data = mkdtempSync(join(tmpdir(), 'oriel-start-'));
		try {
			const args = ['relay', '--data', data, '--host', '127.0.0.1', '--port', '0', '--log', 'json'];
			await using relay = oriel(args, { env: { NODE_OPTIONS } });
			await relay.said(/"msg":"relay listens"/);
			const imported = importedBy(relay);
			expect(imported).toContain('relay');
			expect(imported.filter((name) => NOT_NEEDED.includes(name))).toEqual([]);
			const files = readdirSync(new URL('../../packages/cli/dist/bundle/', import.meta.url));
			expect(NOT_NEEDED.filter((name) => !files.includes(`${name}.js`))).toEqual([]);
		} finally {
			rmSync(data, { recursive: true, force: true });
		}
	});
});
