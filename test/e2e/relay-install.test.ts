// `oriel relay install`, by the release's install.sh, on a machine with a firewall of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFirewalld, startUfw } from '@oriel/testing/firewall-programs';
import { OtherMachine } from '@oriel/testing/other-machine';
import { ROOT } from '@oriel/testing/program';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** As Oracle's Ubuntu images have it. */
const ORACLE = [
	'iptables -A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT',
	'iptables -A INPUT -i lo -j ACCEPT',
	'iptables -A INPUT -p tcp --dport 22 -j ACCEPT',
	'iptables -A INPUT -j REJECT --reject-with icmp-host-prohibited',
].join(' && ');

const release = mkdtempSync(join(tmpdir(), 'oriel-release-'));
let machine: OtherMachine;

beforeAll(async () => {
	expect(spawnSync(process.execPath, ['tools/pack.mjs', release], { cwd: ROOT })).toMatchObject({ status: 0 });
	machine = await OtherMachine.start({ network: 'own' });
	expect(await machine.done(ORACLE)).toMatchObject({ code: 0 });
});
afterAll(async () => {
	await machine[Symbol.asyncDispose]();
	rmSync(release, { recursive: true, force: true });
});

const install = (words: string) => machine.done(`sh ${release}/install.sh ${words}`);
const rules = async () => (await machine.done('iptables -S INPUT')).stdout.trim().split('\n');
/** The changes that are not the relay's own data. */
const changes = () => [...machine.changes()].filter(([path]) => !/^\/(tmp|var\/lib\/oriel|root)\//.test(path));

describe('oriel relay install', () => {
	it('makes a relay that answers, opens the firewall before its last rule, and prints the set-up link', async () => {
		const fresh = changes();
		const before = await rules();
		const ended = await install('relay --tls self-signed');
		noteSecretsIn(ended.stdout);
		expect(ended, ended.stdout + ended.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/https:\/\/\S+\/#setup=\S+[\s\S]*TCP 443 and 80 in from 0\.0\.0\.0\/0/),
		});
		const now = await rules();
		expect(now.slice(-1)).toEqual(before.slice(-1));
		expect(
			now
				.filter((rule) => rule.includes('oriel-relay'))
				.map((rule) => /--dport (\d+)/.exec(rule)?.[1])
				.sort(),
		).toEqual(['443', '80']);

		const path = join(release, 'oriel-relay.service');
		const unit = machine.read('/etc/systemd/system/oriel-relay.service') ?? '';
		expect(unit).toMatch(/^ExecStart=\S+\/node \/opt\/oriel\/current\/bin\/oriel\.mjs relay$/m);
		writeFileSync(path, unit.replace('/opt/oriel/current/bin/oriel.mjs', join(ROOT, 'packages/cli/bin/oriel.mjs')));
		const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
		expect([verified.status, verified.stderr]).toEqual([0, '']);
		expect(machine.read('/etc/sysctl.d/90-oriel.conf')).toContain('net.ipv4.tcp_notsent_lowat = 131072');

		const [, token = ''] = /#setup=(\S+)/.exec(ended.stdout) ?? [];
		const body = `{"token":"${token}","password":"a quiet evening at the lake"}`;
		const post = `curl -fsSk -H 'content-type: application/json' -d '${body}' https://127.0.0.1/api/setup`;
		expect(await machine.done(post)).toMatchObject({ code: 0 });

		const settled = changes();
		const again = await install('relay --tls self-signed');
		expect(again, again.stderr).toMatchObject({ code: 0 });
		expect(again.stdout).not.toContain('#setup=');
		expect(changes()).toEqual(settled);
		expect(await rules()).toEqual(now);

		expect(await install('--uninstall')).toMatchObject({ code: 0, stdout: expect.stringContaining('/var/lib/oriel') });
		expect(await rules()).toEqual(before);
		expect(changes()).toEqual(fresh);
	});

	it('says what it would do, and the exact command to one who may not', async () => {
		const before = changes();
		const dry = await machine.done(`${process.execPath} ${ROOT}packages/cli/bin/oriel.mjs relay install --dry-run`);
		expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('iptables -I INPUT 4 -p tcp --dport 443') });
		expect(changes()).toEqual(before);
		const wrong = await machine.done(`${process.execPath} ${ROOT}packages/cli/bin/oriel.mjs relay install --tls-key a`);
		expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--tls-cert') });
		expect(changes()).toEqual(before);
		const as = 'setpriv --reuid 1234 --regid 1234 --clear-groups';
		const refused = await machine.done(`${as} ${process.execPath} ${ROOT}packages/cli/bin/oriel.mjs relay install`);
		expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('sudo oriel relay install') });
	});
});

describe.concurrent('oriel relay install, where a program manages the firewall,', () => {
	it.each([
		['firewalld', startFirewalld, /^run {2}firewall-cmd --quiet --permanent --add-port=443\/tcp --add-port=80\/tcp$/m],
		['ufw', startUfw, /^run {2}ufw allow 443\/tcp$/m],
	])('opens it through %s, and closes it again', async (_name, start, step) => {
		await using relay = await OtherMachine.start({ network: 'own' });
		await using other = await OtherMachine.start({ network: 'own' });
		await relay.cableTo(other, ['188.245.1.7/24'], ['188.245.1.9/24']);
		await start(relay);
		const answers = async () => (await other.done('curl -sk -m 30 https://188.245.1.7/healthz')).code === 0;
		const installed = await relay.done(`sh ${release}/install.sh relay --tls self-signed`);
		noteSecretsIn(installed.stdout);
		expect(installed, installed.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(step) });
		expect(await answers()).toBe(true);
		const again = await relay.done('oriel relay install --dry-run --tls self-signed');
		expect(again).toMatchObject({ code: 0, stdout: expect.not.stringMatching(step) });
		expect(await relay.done(`sh ${release}/install.sh --uninstall`)).toMatchObject({ code: 0 });
		const open = await relay.done('iptables -S; nft list ruleset');
		expect(open.stdout).not.toMatch(/dport 443/);
	});
});
