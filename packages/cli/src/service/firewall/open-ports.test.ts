import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Look } from './look.ts';
import { closePorts, commandLine, lossOf, openPorts } from './open-ports.ts';
import { outsideOf, readFirewall } from './read-firewall.ts';

const sample = (name: string) => readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8');
const ROUTE =
	'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0109090A\t3\t0\t0\t0\t00000000\n';
const FILES: Readonly<Record<string, string>> = { '/proc/net/route': ROUTE };
const read = (path: string) => FILES[path];
const outside = outsideOf(read, ['10.9.9.2', 'fd00::2']);

/** What the programs of a machine print, by command line; all others are not there. */
const machine =
	(answers: Readonly<Record<string, string>>): Look =>
	(...words) =>
		answers[words.join(' ')];
const lines = (steps: ReturnType<typeof openPorts>) =>
	steps.map((step) => (step.do === 'run' ? step.command.join(' ') : step.do));
const opened = (ports: readonly number[], look: Look) =>
	lines(openPorts(ports, readFirewall({ look, read }), outside, look));
const closed = (ports: readonly number[], look: Look) =>
	lines(closePorts(ports, readFirewall({ look, read }), outside, look));

const RULE = (port: number) => `-p tcp --dport ${port} -m comment --comment oriel-relay -j ACCEPT`;
const ORACLE = sample('oracle-ubuntu.iptables-save');
const PERSISTENT = { 'test -x /usr/sbin/netfilter-persistent': '' };
const table = (...rules: string[]) => ['*filter', ...rules, 'COMMIT', ''].join('\n');

describe('the ports of a relay', () => {
	it('are opened before the rule that refuses everything else', () => {
		const look = machine({ 'iptables-save': ORACLE, 'ip6tables-save': table(':INPUT ACCEPT [0:0]'), ...PERSISTENT });
		expect(opened([443, 80], look)).toEqual([
			`iptables -I INPUT 6 ${RULE(443)}`,
			`iptables -I INPUT 6 ${RULE(80)}`,
			'/usr/sbin/netfilter-persistent save',
		]);
	});

	it('are opened where the policy refuses, behind the rules that are there', () => {
		const look = machine({ 'ip6tables-save': table(':INPUT DROP [0:0]', '-A INPUT -i lo -j ACCEPT') });
		expect(opened([443], look)).toEqual([`ip6tables -I INPUT 2 ${RULE(443)}`]);
	});

	it('are not opened twice, nor where nothing refuses', () => {
		const there = ORACLE.replace('-A INPUT -j REJECT', `-A INPUT ${RULE(443)}\n$&`);
		expect(opened([443], machine({ 'iptables-save': there }))).toEqual([]);
		expect(opened([443, 80], machine({ 'iptables-save': there }))).toEqual([`iptables -I INPUT 7 ${RULE(80)}`]);
		const harmless = table(':INPUT ACCEPT [0:0]', '-A INPUT -s 10.9.9.9/32 -j DROP');
		expect(opened([443], machine({ 'iptables-save': harmless }))).toEqual([]);
		expect(opened([443], machine({}))).toEqual([]);
	});

	it('are opened in each table of nft that refuses them, before the rule that does', () => {
		const look = machine({ 'nft -j list ruleset': sample('drop.nft.json') });
		expect(opened([443], look)).toEqual(['nft add rule inet filter input tcp dport 443 accept comment "oriel-relay"']);
		const rejecting = machine({ 'nft -j list ruleset': sample('tcp-reset.nft.json') });
		expect(opened([443], rejecting)).toEqual([
			expect.stringMatching(/^nft insert rule inet filter input position \d+ tcp dport 443 accept/),
		]);
	});

	it('are opened by the program that manages the firewall, where there is one', () => {
		const firewalld = { 'firewall-cmd --state': 'running\n', 'nft -j list ruleset': sample('firewalld.nft.json') };
		const commands = [
			'firewall-cmd --quiet --permanent --add-port=443/tcp --add-port=80/tcp',
			'firewall-cmd --quiet --reload',
		];
		expect(opened([443, 80], machine(firewalld))).toEqual(commands);
		expect(opened([443, 80], machine({ 'firewall-cmd --state': 'running\n' }))).toEqual(commands);
		const zones = {
			'firewall-cmd --get-zone-of-interface=eth0': 'dmz\n',
			'firewall-cmd --get-default-zone': 'public\n',
		};
		expect(opened([443], machine({ ...firewalld, ...zones }))[0]).toBe(
			'firewall-cmd --quiet --permanent --zone=dmz --add-port=443/tcp',
		);
		const ufw = {
			'ufw status': 'Status: active\n',
			'iptables-save': sample('ufw.iptables-save'),
			'ip6tables-save': sample('ufw.ip6tables-save'),
		};
		expect(opened([443, 80, 22], machine(ufw))).toEqual(['ufw allow 443/tcp', 'ufw allow 80/tcp']);
		expect(closed([443], machine(ufw))).toEqual(['ufw delete allow 443/tcp']);
		expect(opened([443], machine({ 'ufw status': 'Status: inactive\n' }))).toEqual([]);
	});

	it('are opened in tables beside those of that program, too', () => {
		const both = { 'firewall-cmd --state': 'running\n', 'nft -j list ruleset': sample('firewalld.nft.json') };
		expect(opened([443], machine({ ...both, 'iptables-save': ORACLE }))).toEqual([
			'firewall-cmd --quiet --permanent --add-port=443/tcp',
			'firewall-cmd --quiet --reload',
			`iptables -I INPUT 6 ${RULE(443)}`,
		]);
	});

	it('are closed again, whatever ports they were', () => {
		const there = ORACLE.replace('-A INPUT -j REJECT', `-A INPUT ${RULE(8443)}\n$&`);
		const look = machine({ 'iptables-save': there, ...PERSISTENT });
		expect(closed([443], look)).toEqual([`iptables -D INPUT ${RULE(8443)}`, '/usr/sbin/netfilter-persistent save']);
	});

	it('are said to be closed again after a restart, where no program restores the rules', () => {
		const look = machine({ 'iptables-save': ORACLE });
		const steps = openPorts([443], readFirewall({ look, read }), outside, look);
		expect(lossOf(steps, look)).toMatch(/until the machine restarts.*iptables-persistent/);
		expect(lossOf(steps, machine(PERSISTENT))).toBeUndefined();
		expect(lossOf([{ do: 'run', command: ['nft', 'add', 'rule'] }], look)).toMatch(/nftables\.conf/);
		expect(lossOf([{ do: 'run', command: ['ufw', 'allow', '443/tcp'] }], look)).toBeUndefined();
	});

	it('are opened by a line that a shell takes', () => {
		const command = ['nft', 'add', 'rule', 'ip', 'x', 'y', 'comment', '"oriel-relay"'] as const;
		expect(
			commandLine([
				{ do: 'run', command },
				{ do: 'run', command: ['ufw', 'allow', '443/tcp'] },
			]),
		).toBe(`sudo nft add rule ip x y comment '"oriel-relay"' && sudo ufw allow 443/tcp`);
	});
});
