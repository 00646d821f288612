// The cloud-init file: valid for cloud-init itself, and run on a machine of its own.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OtherMachine } from '@oriel/testing/other-machine';
import type { Program } from '@oriel/testing/program';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Release } from './release.ts';
import { tool } from './tool.ts';
import { filled, firstBoot, USER_DATA } from './user-data.ts';

const MAX_BYTES = 16_384;
const PORT = 8000;
const SITE = `http://127.0.0.1:${PORT}`;

const drafts = mkdtempSync(join(tmpdir(), 'oriel-user-data-'));
afterAll(() => rmSync(drafts, { recursive: true, force: true }));

function draft(name: string, text: string): string {
	const path = join(drafts, name);
	writeFileSync(path, text);
	return path;
}

describe('cloud-init.yaml', () => {
	it('is valid for cloud-init, which refuses a mistake in it', () => {
		expect(tool('cloud-init', 'schema', '--config-file', 'deploy/cloud-init.yaml')).toMatchObject({
			status: 0,
			output: expect.stringContaining('Valid'),
		});
		const wrong = draft('wrong.yaml', USER_DATA.replace('permissions:', 'permission:'));
		expect(tool('cloud-init', 'schema', '--config-file', wrong).status).toBe(1);
	});

	it('is small, also as a provider stores it', () => {
		const long = { RELEASE: `https://${'r'.repeat(200)}`, SHA256: 'f'.repeat(64), OPTIONS: 'o'.repeat(200) };
		expect(Buffer.from(filled(long)).toString('base64').length).toBeLessThan(MAX_BYTES);
	});

	it('has a script that shellcheck has nothing to say about', () => {
		const { script } = firstBoot(USER_DATA);
		expect(tool('shellcheck', '--shell=sh', draft('first-boot.sh', script))).toEqual({ status: 0, output: '' });
	});

	it('has places for what is filled in, and holds no secret', () => {
		for (const name of ['RELEASE', 'SHA256', 'OPTIONS', 'ADDRESS_FROM'])
			expect(filled({ [name]: 'x' })).toContain(`${name}='x'`);
		expect(USER_DATA).not.toMatch(/BEGIN [A-Z ]*KEY|passw(or)?d:|chpasswd|oriel_(key|token)_/);
	});

	it('says its output to the console and to a log', () => {
		expect(USER_DATA).toMatch(/^output: \{ all: '\| tee -a \/var\/log\/cloud-init-output\.log' \}$/m);
	});
});

describe('the first boot', () => {
	const release = new Release();
	const sha256 = createHash('sha256').update(release.script).digest('hex');
	let machine: OtherMachine;
	let site: Program;

	beforeAll(async () => {
		machine = await OtherMachine.start({ network: 'own' });
		// 1 GB of memory, and programs that only note what they were told: swap belongs to the whole computer.
		machine.write('/root/meminfo', 'MemTotal:         998000 kB\nSwapTotal:             0 kB\n');
		for (const name of ['fallocate', 'mkswap', 'swapon'])
			machine.write(`/usr/local/sbin/${name}`, `#!/bin/sh\n: >/swapfile\necho "${name} $*" >>/root/swap\n`, 0o755);
		machine.write('/etc/fstab', '');
		expect(await machine.done('mount --bind /root/meminfo /proc/meminfo')).toMatchObject({ code: 0 });
		// The address is there after the machine has waited for it.
		machine.write(
			'/usr/local/sbin/sleep',
			'#!/bin/sh\necho "$1" >>/root/slept\nmv /root/late/* /root/site/ 2>/dev/null || :\n',
			0o755,
		);
		const copy = `mkdir -p /root/site /root/late && cp ${release.folder}/* /root/site/`;
		expect(await machine.done(`${copy} && echo 203.0.113.7 >/root/late/public-address`)).toMatchObject({ code: 0 });
		machine.write('/root/site/not-an-address', '<html>Sign in</html>');
		site = machine.run(`cd /root/site && exec python3 -m http.server ${PORT} --bind 127.0.0.1`);
		await until('the release', async () => (await machine.done(`curl -fsS ${SITE}/install.sh`)).code === 0);
	});
	afterAll(async () => {
		// All that runs there ends with the machine.
		await machine[Symbol.asyncDispose]();
		await site.ended;
		release[Symbol.dispose]();
	});

	/** As cloud-init runs it: without a home directory. */
	async function boot(values: Readonly<Record<string, string>>) {
		const { path, script } = firstBoot(filled(values));
		machine.write(path, script, 0o755);
		const ended = await machine.done(`env -u HOME ${path}`);
		noteSecretsIn(ended.stdout);
		return ended;
	}
	const lines = (path: string) => machine.read(path)?.trim().split('\n') ?? [];

	it.each([
		[
			'an empty form',
			{},
			/^oriel-first-boot: RELEASE and SHA256 are empty: fill them in in \/usr\/local\/sbin\/oriel-first-boot$/m,
		],
		[
			'another script',
			{ RELEASE: SITE, SHA256: '0'.repeat(64) },
			/^oriel-first-boot: \S+\/install\.sh has the SHA-256 [0-9a-f]{64}; expected 0{64}\. Nothing was installed$/m,
		],
		[
			'an address that is none',
			{ RELEASE: SITE, SHA256: sha256, ADDRESS_FROM: `${SITE}/not-an-address` },
			/^oriel-first-boot: \S+ is expected to answer with an address\. It answered: <html>Sign in<\/html>$/m,
		],
		[
			'a release that is not there',
			{ RELEASE: `${SITE}/nowhere`, SHA256: sha256 },
			/404[\s\S]*^oriel-first-boot: \S+nowhere\/install\.sh could not be fetched; the line above says why\./m,
		],
	])('names %s, and installs nothing', async (_what, values, words) => {
		const ended = await boot(values);
		expect(ended.code).toBe(1);
		expect(ended.stderr).toMatch(words);
		expect(ended.stderr).toContain('To try again: sudo oriel-first-boot');
		for (const path of ['/usr/local/bin/oriel', '/swapfile']) expect(machine.read(path)).toBeUndefined();
	});

	it('makes the machine a relay with its address in the set-up link; again it changes nothing', async () => {
		await machine.done('mv /root/site/public-address /root/late/; rm -f /root/slept');
		const values = {
			RELEASE: `${SITE}/`,
			SHA256: sha256,
			// No authority is there; with its own, any address counts as public.
			OPTIONS: '--acme-directory https://127.0.0.1:9/directory',
			ADDRESS_FROM: `${SITE}/public-address`,
		};
		const ended = await boot(values);
		expect(ended, ended.stdout + ended.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/^ {2}https:\/\/203\.0\.113\.7\/#setup=\S+$/m),
		});
		expect(lines('/root/slept')).toEqual(['5']);
		expect(machine.read('/etc/oriel/relay.env')).toContain('ORIEL_PUBLIC_IP="203.0.113.7"');
		expect((await machine.done('curl -fsSk https://127.0.0.1/healthz')).code).toBe(0);
		expect(lines('/root/swap')).toEqual(['fallocate -l 1G /swapfile', 'mkswap /swapfile', 'swapon /swapfile']);
		expect(lines('/etc/fstab')).toEqual(['/swapfile none swap sw 0 0']);

		const again = await boot(values);
		expect(again, again.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('is here already') });
		expect(lines('/root/swap')).toHaveLength(3);
		expect(lines('/etc/fstab')).toHaveLength(1);
		const reset = await machine.done('oriel owner reset --data /var/lib/oriel --url https://203.0.113.7');
		noteSecretsIn(reset.stdout);
		expect(reset).toMatchObject({ code: 0, stdout: expect.stringMatching(/^https:\/\/203\.0\.113\.7\/#setup=\S+\n$/) });
	});

	it('prints what to fill in when it is packed', () => {
		expect(release.words).toContain(`install.sh: SHA-256 ${sha256}\n`);
	});
});
