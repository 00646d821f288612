// The published package: made, looked at, and used from an empty folder by each supported line of Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@oriel/testing/free-port';
import { NODE_LINES, nodeOfLine } from '@oriel/testing/node-lines';
import { Program, ROOT } from '@oriel/testing/program';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A camera behind a slow link installs it too. */
const MAX_PACKED_BYTES = 700_000;

const folder = mkdtempSync(join(tmpdir(), 'oriel-package-'));
const installed = join(folder, 'installed');
const root = join(installed, 'node_modules', 'oriel');
let tarball = '';

beforeAll(() => {
	run(process.execPath, ['tools/pack.mjs', folder], ROOT);
	tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
	mkdirSync(installed);
	// Nothing is asked of a registry: the cache is empty and npm is offline.
	const args = ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'), tarball];
	run('npm', args, installed);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd: string): string {
	const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
	expect(status, stderr).toBe(0);
	return stdout;
}

function filesIn(path: string): string[] {
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

describe('the package', () => {
	it('is small, and holds the program, the page and the licences', () => {
		expect(statSync(tarball).size).toBeLessThanOrEqual(MAX_PACKED_BYTES);
		const kinds = new Set(filesIn(root).map((name) => name.replace(/[\w-]+\.(js|css|svg)(\.br)?$/, '*.$1')));
		expect([...kinds].sort()).toEqual([
			'LICENSE',
			'NOTICES',
			'README.md',
			'bin/oriel.mjs',
			'dist/bundle/*.js',
			'dist/deploy/90-oriel.conf',
			'dist/deploy/armv6/oriel-push',
			'dist/deploy/armv6/oriel-push.service',
			'dist/deploy/install.sh',
			'dist/deploy/oriel-relay.service',
			'dist/page/*.js',
			'dist/page/*.svg',
			'dist/page/assets/*.css',
			'dist/page/assets/*.js',
			'dist/page/index.html',
			'dist/page/manifest.webmanifest',
			'package.json',
		]);
	});

	it('needs no other package, and runs nothing when it is installed', () => {
		const { dependencies, optionalDependencies, peerDependencies, scripts } = JSON.parse(
			readFileSync(join(root, 'package.json'), 'utf8'),
		);
		expect([dependencies, optionalDependencies, peerDependencies, scripts]).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
		]);
		expect(readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['oriel']);
	});

	it('names every package that it contains, with the text of its licence', () => {
		const notices = readFileSync(join(root, 'NOTICES'), 'utf8');
		for (const name of ['ws', 'pino', 'valibot', 'yaml', 'acme-client', 'preact'])
			expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
		expect(notices).not.toContain('has no text of the licence');
	});

	it('holds the same bytes when it is built again', () => {
		const again = join(folder, 'again');
		run(process.execPath, ['tools/bundle.mjs', again], ROOT);
		const bundle = join(root, 'dist', 'bundle');
		expect(filesIn(again).sort()).toEqual(filesIn(bundle).sort());
		for (const name of filesIn(again))
			expect(readFileSync(join(again, name)).equals(readFileSync(join(bundle, name))), name).toBe(true);
	});
});

describe.each(NODE_LINES)('on Node %s', (version) => {
	let node = '';
	beforeAll(() => {
		node = nodeOfLine(version);
	});

	const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, version), XDG_DATA_HOME: join(folder, version) };
	const oriel = (...args: string[]) => new Program(node, [join(root, 'bin', 'oriel.mjs'), ...args], { env });

	it('says its version and what was mistyped', async () => {
		const { version: expected } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
		await using asked = oriel('--version');
		expect((await asked.ended).code).toBe(0);
		expect(asked.stdout).toBe(`${expected}\n`);
		await using mistyped = oriel('fly');
		expect((await mistyped.ended).code).toBe(2);
	});

	it('shows the demo', async () => {
		await using demo = oriel('demo', '--port', String(await freePort()));
		const [link = ''] = await demo.said(/http:\/\/127\.0\.0\.1:\d+\/#sign-in=\S+/);
		noteSecretsIn(link);
		const page = await fetch(link);
		expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	});

	it('relays a camera that joins by a code, which doctor finds in order', async () => {
		const data = join(folder, version, 'relay');
		const port = await freePort();
		const url = `http://127.0.0.1:${port}`;
		await using relay = oriel('relay', '--data', data, '--plain-http', '--host', '127.0.0.1', '--port', String(port));
		const [, setUp = ''] = await relay.said(/#setup=(\S+)/);
		noteSecretsIn(setUp);
		const json = { origin: url, 'content-type': 'application/json' };
		const password = 'a quiet evening at the lake';
		const owner = await fetch(`${url}/api/setup`, {
			method: 'POST',
			headers: json,
			body: JSON.stringify({ token: setUp, password }),
		});
		const cookie = owner.headers.getSetCookie()[0]?.split(';')[0] ?? '';
		const made = await fetch(`${url}/api/pairings`, {
			method: 'POST',
			headers: { ...json, cookie },
			body: JSON.stringify({ camera: 'porch' }),
		});
		const { code } = (await made.json()) as { code: string };
		await using camera = oriel('camera', 'join', `${url}/#pair=${code}`, '--source', 'test');
		await until('a picture', async () => {
			const answer = await fetch(`${url}/cameras/porch/snapshot.jpg`, { headers: { cookie } });
			return answer.status === 200;
		});
		await camera.end('SIGTERM');
		await using doctor = oriel('doctor', '--source', 'test', '--json');
		expect((await doctor.ended).code, doctor.stdout + doctor.stderr).toBe(0);
		expect(existsSync(join(data, 'keys.json'))).toBe(true);
	});
});
