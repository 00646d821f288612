// `oriel update` on a machine of its own with a relay, a camera and a viewer in real Chromium: there, back, and what goes wrong.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cameraId } from '@oriel/testcard';
import { chromiumPath, look, openBrowser } from '@oriel/testing/browser';
import { OtherMachine } from '@oriel/testing/other-machine';
import { type Program, ROOT } from '@oriel/testing/program';
import { PASSWORD } from '@oriel/testing/relay-process';
import { noteSecret, noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { version: OLD } = JSON.parse(readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'));
const RELAY = 'http://127.0.0.1:8080';
/** Whether the program is asked to run as the service: a trial is told where its data is. */
const AS_SERVICE = `process.argv[2] === 'relay' && !process.env.ORIEL_DATA`;

interface Package {
	readonly path: string;
	readonly sha256: string;
}

let folder: string;
let machine: OtherMachine;
let camera: Program;
let key: string;
const packages = new Map<string, Package>();

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-update-'));
	const release = join(folder, 'release');
	expect(spawnSync('mkdir', [release])).toMatchObject({ status: 0 });
	expect(spawnSync(process.execPath, ['tools/pack.mjs', release], { cwd: ROOT })).toMatchObject({ status: 0 });
	expect(spawnSync('tar', ['-xzf', join(release, `oriel-${OLD}.tgz`), '-C', folder])).toMatchObject({ status: 0 });
	// All the same program but for its version, or with what makes it fail.
	pack('9.0.1');
	pack('9.0.2');
	const first = (code: string) => (bin: string) => bin.replace('const { main }', `${code};\nconst { main }`);
	pack('9.1.0', first(`if (process.argv[2] === 'relay') throw new Error('no such camera')`));
	pack('9.2.0', first(`if (${AS_SERVICE}) throw new Error('not as a service')`));
	// The next format of the data directory, which it makes and then ends.
	pack('9.3.0', first(`if (${AS_SERVICE}) process.argv.splice(2, 9, 'key', 'list')`), nextFormat);
	pack('9.4.0', undefined, nextFormat);
	pack('9.5.0', undefined, nextFormat);

	machine = await OtherMachine.start({ network: 'own' });
	const installed = await machine.done(`sh ${release}/install.sh relay --host 127.0.0.1 --port 8080 --tls off`);
	noteSecretsIn(installed.stdout);
	expect(installed, installed.stdout + installed.stderr).toMatchObject({ code: 0 });
	const [, token = ''] = /#setup=(\S+)/.exec(installed.stdout) ?? [];
	noteSecret(PASSWORD);
	await ask('/api/setup', { token, password: PASSWORD });
	key = (await machine.done('oriel key add porch')).stdout.trim();
	noteSecretsIn(key);
	camera = machine.run(
		`exec ${process.execPath} ${ROOT}packages/cli/bin/oriel.mjs camera ${RELAY} --name porch --source test --log json`,
		{ ORIEL_CAMERA_KEY: key },
	);
});
afterAll(async () => {
	// What runs there ends with the machine.
	await machine[Symbol.asyncDispose]();
	await camera[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true, force: true });
});

/** A package of the program of this clone with another version and other texts. */
function pack(version: string, bin = (text: string) => text, bundle = (text: string) => text): void {
	const root = join(folder, version);
	cpSync(join(folder, 'package'), join(root, 'package'), { recursive: true });
	const edit = (name: string, change: (text: string) => string) => {
		const path = join(root, 'package', name);
		writeFileSync(path, change(readFileSync(path, 'utf8')));
	};
	edit('package.json', (text) => text.replace(`"version": "${OLD}"`, `"version": "${version}"`));
	edit('bin/oriel.mjs', bin);
	const chunks = readdirSync(join(root, 'package/dist/bundle'));
	for (const name of chunks) if (name.endsWith('.js')) edit(`dist/bundle/${name}`, bundle);
	const path = join(folder, `oriel-${version}.tgz`);
	expect(spawnSync('tar', ['-czf', path, '-C', root, 'package'])).toMatchObject({ status: 0 });
	packages.set(version, { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') });
}

/** One more step of the rule in data-format.ts. */
function nextFormat(text: string): string {
	return text.replace(/formatAfter\(\[\]\)/, 'formatAfter([(files) => files])');
}

async function ask(path: string, body?: object): Promise<string> {
	const post = body ? `-H 'content-type: application/json' -d '${JSON.stringify(body)}'` : '';
	return (await machine.done(`curl -fsS ${post} ${RELAY}${path}`)).stdout;
}

const lineFor = (version: string, more = '--yes') => {
	const { path = '', sha256 = '' } = packages.get(version) ?? {};
	return `oriel update ${path} --sha256 ${sha256} ${more}`;
};
const update = (version: string) => machine.done(lineFor(version));
const back = () => machine.done('oriel update --back --yes');
const versionNow = async () => (await machine.done('oriel --version')).stdout.trim();
const versions = async () => (await machine.done('cd /opt/oriel && ls -d *.*.*')).stdout.trim().split('\n');
const inData = (name: string) => JSON.parse(machine.read(`/var/lib/oriel/${name}`) ?? '{}');

/** Everything that an update must leave as it was when it fails. */
async function state(): Promise<unknown> {
	return [
		await versionNow(),
		await versions(),
		(await machine.done('readlink /opt/oriel/current /opt/oriel/previous; ls -A /opt/oriel /var/lib/oriel')).stdout,
		...['keys.json', 'owner.json', 'sessions.json'].map((name) => machine.read(`/var/lib/oriel/${name}`)),
		(await machine.done(`curl -fsS -o /dev/null -w '%{http_code}' ${RELAY}/healthz`)).stdout,
	];
}

describe('a viewer', () => {
	let browser: Browser & AsyncDisposable;
	let page: Page;

	beforeAll(async () => {
		browser = await openBrowser([], machine.inNetwork(chromiumPath()));
		page = await (await browser.newContext()).newPage();
	});
	afterAll(() => browser[Symbol.asyncDispose]());

	/** Two pictures of now: a frozen one does not count. */
	async function seesPictures(): Promise<void> {
		const asked = Date.now() * 1000;
		const picture = async () => {
			const { code } = await look(page, 'porch');
			return code?.camera === cameraId('porch') && code.time >= asked - 250_000 ? code : undefined;
		};
		const first = await until('a new picture', picture);
		await until('one more picture', async () => (await picture())?.sequence !== first.sequence);
	}

	it('keeps watching through an update and the way back: no reload, and no key is lost', async () => {
		await page.goto(`${RELAY}/`);
		await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
		await page.keyboard.press('Enter');
		await page.getByRole('link', { name: 'porch' }).first().click();
		await page.evaluate(() => {
			document.documentElement.dataset.since = 'the test opened it';
		});
		await seesPictures();
		const keys = machine.read('/var/lib/oriel/keys.json');
		const owner = machine.read('/var/lib/oriel/owner.json');

		const there = await update('9.0.1');
		expect(there, there.stdout + there.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringContaining(`Oriel 9.0.1 runs. ${OLD} is kept`),
			stderr: expect.stringMatching(
				/^Reading .*\nTrying Oriel 9\.0\.1 on a copy of the data\nStarting Oriel 9\.0\.1\n$/,
			),
		});
		expect(await versionNow()).toBe('9.0.1');
		await seesPictures();
		// The camera's program is now the older one, which its owner sees with the line to be run there.
		const note = page.getByText(`This camera runs an older Oriel, ${OLD}`);
		await note.click();
		const line = page.getByText(`curl -fsS ${RELAY}/install.sh | sudo sh -s -- update`);
		await until('the line', () => line.isVisible());

		expect(await back()).toMatchObject({
			code: 0,
			stdout: expect.stringContaining(`Oriel ${OLD} runs. 9.0.1 is kept`),
		});
		expect(await versionNow()).toBe(OLD);
		await seesPictures();
		await until('the note to go', async () => !(await note.isVisible()));

		// Two versions are kept.
		expect(await versions()).toEqual([OLD, '9.0.1']);
		expect(await update('9.0.2')).toMatchObject({ code: 0, stdout: expect.stringContaining('Removed: 9.0.1.') });
		expect(await versions()).toEqual([OLD, '9.0.2']);
		await seesPictures();
		expect(await page.evaluate(() => document.documentElement.dataset.since)).toBe('the test opened it');
		expect([machine.read('/var/lib/oriel/keys.json'), machine.read('/var/lib/oriel/owner.json')]).toEqual([
			keys,
			owner,
		]);
		expect(await back()).toMatchObject({ code: 0 });
	});
});

describe('an update that fails', () => {
	const refusals: readonly [what: string, line: () => string, words: RegExp][] = [
		['without a package', () => 'oriel update', /Oriel has no release address yet/],
		['without a checksum', () => 'oriel update /tmp/x.tgz', /--sha256 HEX is missing/],
		['without an answer', () => lineFor('9.0.1', '</dev/null'), /There is no terminal to ask at; add --yes/],
		[
			'by a user who may not',
			() => `setpriv --reuid 1234 --regid 1234 --clear-groups ${lineFor('9.0.1')}`,
			/Only root may change \/opt\/oriel: sudo oriel update/,
		],
		[
			'of other bytes',
			() => lineFor('9.0.1').replace(/sha256 \S+/, `sha256 ${'0'.repeat(64)}`),
			/its SHA-256 is [0-9a-f]{64}, and 0{64} is expected\. Nothing was changed/,
		],
		[
			'to what is no package of Oriel',
			() =>
				'cd /tmp && mkdir -p package && echo {} >package/package.json && tar -czf other.tgz package && oriel update other.tgz --yes --sha256 $(sha256sum <other.tgz | cut -c 1-64)',
			/This is no package of Oriel/,
		],
		[
			'to one that does not run',
			() => lineFor('9.1.0'),
			/9\.1\.0 does not run on a copy of the data: .*no such camera/,
		],
	];

	it('before it begins changes nothing', async () => {
		const before = await state();
		for (const [what, line, words] of refusals) {
			const ended = await machine.done(line());
			expect(ended.code, what).not.toBe(0);
			expect(ended.stderr, what).toMatch(words);
		}
		expect(await state()).toEqual(before);
	});

	it('as a service goes back to the version before, which says so', async () => {
		const before = await state();
		const ended = await update('9.2.0');
		expect(ended).toMatchObject({ code: 1 });
		expect(ended.stderr).toMatch(
			new RegExp(
				`Oriel 9\\.2\\.0 does not run here: .*ended.*Oriel ${OLD.replaceAll('.', '\\.')} runs again, as before`,
			),
		);
		expect(await state()).toEqual(before);
	});

	it('after it has upgraded the data puts the data back, too', async () => {
		const before = await state();
		const ended = await update('9.3.0');
		expect(ended.code, ended.stderr).toBe(1);
		expect(ended.stderr).toMatch(/9\.3\.0 does not run here[\s\S]*runs again, as before/);
		expect(inData('keys.json').format).toBe(1);
		await machine.done('rm -r /var/lib/oriel/format-1');
		expect(await state()).toEqual(before);
	});

	it('is one to a version that cannot read the data any more: the newer one goes on', async () => {
		expect(await update('9.4.0')).toMatchObject({ code: 0 });
		expect(inData('keys.json').format).toBe(2);
		const before = await state();
		const ended = await back();
		expect(ended.code).toBe(1);
		expect(ended.stderr).toMatch(/does not run on a copy of the data: .*has format 2, and this Oriel reads 1/);
		expect(await state()).toEqual(before);
	});
});

it('a relay with TLS is asked whether it is well, by its own key', async () => {
	const tls = '--tls self-signed --host 127.0.0.1 --port 8443 --http-port 0';
	expect(await machine.done(`oriel relay install ${tls}`)).toMatchObject({ code: 0 });
	const ended = await update('9.5.0');
	expect(ended, ended.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Oriel 9.5.0 runs') });
	const status = `curl -ksS -o /dev/null -w '%{http_code}' https://127.0.0.1:8443/healthz`;
	expect((await machine.done(status)).stdout).toBe('200');
});

it('install.sh update brings a camera to the version of its relay, without a code, and keeps two', async () => {
	await using other = await OtherMachine.start({ network: 'own' });
	const relay = `http://127.0.0.1:18080`;
	const serve = (version: string) =>
		other.run(
			`mkdir -p /tmp/${version} && tar -xzf ${packages.get(version)?.path} -C /tmp/${version} && echo $$ >/tmp/relay.pid && exec ${process.execPath} /tmp/${version}/package/bin/oriel.mjs relay --data /tmp/data --host 127.0.0.1 --port 18080 --log json`,
		);
	const stop = async (program: Program) => {
		await other.done('kill $(cat /tmp/relay.pid)');
		await program.ended;
	};
	const listens = /"msg":"relay listens"/;
	const line = `curl -fsS ${relay}/install.sh | sh -s -- update`;
	{
		const first = serve('9.0.1');
		await first.said(listens);
		expect(await other.done(line)).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('Oriel is not in /opt/oriel'),
		});
		const [, token = ''] = await first.said(/#setup=(\S+)/);
		noteSecretsIn(token);
		const json = `-H 'content-type: application/json'`;
		const setUp = `curl -fsS -c /tmp/jar ${json} -d '{"token":"${token}","password":"${PASSWORD}"}' ${relay}/api/setup`;
		expect(await other.done(setUp)).toMatchObject({ code: 0 });
		const pairing = await other.done(`curl -fsS -b /tmp/jar ${json} -d '{"camera":"yard"}' ${relay}/api/pairings`);
		const { code } = JSON.parse(pairing.stdout);
		noteSecret(code);
		const joined = await other.done(`curl -fsS ${relay}/install.sh | sh -s -- join ${code} --source test`);
		expect(joined, joined.stdout + joined.stderr).toMatchObject({ code: 0 });
		await stop(first);
	}
	// A person at a terminal sees how far the download is; elsewhere there is nothing but the steps.
	const [elsewhere, atTerminal] = [line, `script -qec '${line}' /dev/null`];
	for (const [version, command] of [
		['9.0.2', elsewhere],
		['9.4.0', atTerminal],
	] as const) {
		const later = serve(version);
		await later.said(listens);
		const before = other.told.length;
		const updated = await other.done(command);
		expect(updated.stdout.includes('100.0%'), updated.stdout).toBe(command === atTerminal);
		expect(updated.stderr).toBe('');
		expect(updated, updated.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringContaining(`Oriel ${version} is in`),
		});
		expect(other.told.slice(before).join('\n')).toContain('try-restart oriel-camera.service');
		expect((await other.done('oriel --version')).stdout.trim()).toBe(version);
		const hello = await until('the camera', async () =>
			(await other.done(`curl -fsS -b /tmp/jar ${relay}/api/cameras`)).stdout.includes('"state":"live"'),
		);
		expect(hello).toBe(true);
		expect(await other.done(line)).toMatchObject({ code: 0, stdout: expect.stringContaining('is here already') });
		await stop(later);
	}
	expect((await other.done('cd /opt/oriel && ls -d *.*.*')).stdout.trim().split('\n')).toEqual(['9.0.2', '9.4.0']);
	expect((await other.done('readlink /opt/oriel/previous')).stdout.trim()).toBe('9.0.2');
});
