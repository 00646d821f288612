import { describe, expect, it } from 'vitest';
import { closePorts, type Look, openPorts } from './firewall.ts';

/** What the programs of a machine print, by command line; all others are not there. */
const machine =
	(answers: Readonly<Record<string, string>>): Look =>
	(...words) =>
		answers[words.join(' ')];
const lines = (steps: ReturnType<typeof openPorts>) =>
	steps.map((step) => (step.do === 'run' ? step.command.join(' ') : step.do));

const RULE = (port: number) => `-p tcp --dport ${port} -m comment --comment oriel-relay -j ACCEPT`;
/** Of Oracle's Ubuntu images. */
const ORACLE = [
	'-P INPUT ACCEPT',
	'-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT',
	'-A INPUT -p icmp -j ACCEPT',
	'-A INPUT -i lo -j ACCEPT',
	'-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT',
	'-A INPUT -j REJECT --reject-with icmp-host-prohibited',
];

describe('the ports of a relay', () => {
	it('are opened before the rule that refuses everything else', () => {
		const look = machine({ 'iptables -S INPUT': `${ORACLE.join('\n')}\n`, 'ip6tables -S INPUT': '-P INPUT ACCEPT\n' });
		expect(lines(openPorts([443, 80], look))).toEqual([
			`iptables -I INPUT 5 ${RULE(443)}`,
			`iptables -I INPUT 5 ${RULE(80)}`,
			'netfilter-persistent save',
		]);
	});

	it('are opened where the policy refuses, behind the rules that are there', () => {
		const look = machine({ 'ip6tables -S INPUT': '-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n' });
		expect(lines(openPorts([443], look))[0]).toBe(`ip6tables -I INPUT 2 ${RULE(443)}`);
	});

	it('are not opened twice, nor where nothing refuses', () => {
		const there = { 'iptables -S INPUT': ORACLE.join('\n'), [`iptables -C INPUT ${RULE(443)}`]: '' };
		expect(openPorts([443], machine(there))).toEqual([]);
		expect(
			openPorts([443], machine({ 'iptables -S INPUT': '-P INPUT ACCEPT\n-A INPUT -s 10.9.9.9/32 -j DROP' })),
		).toEqual([]);
		expect(openPorts([443], machine({}))).toEqual([]);
	});

	it('are opened by the program that manages the firewall, where there is one', () => {
		expect(lines(openPorts([443, 80], machine({ 'firewall-cmd --state': 'running\n' })))).toEqual([
			'firewall-cmd --quiet --permanent --add-port=443/tcp --add-port=80/tcp',
			'firewall-cmd --quiet --reload',
		]);
		const ufw = machine({ 'ufw status': 'Status: active\n', 'iptables -S INPUT': '-P INPUT DROP' });
		expect(lines(openPorts([443, 80], ufw))).toEqual(['ufw allow 443/tcp', 'ufw allow 80/tcp']);
		expect(lines(closePorts([443], ufw))).toEqual(['ufw delete allow 443/tcp']);
		expect(openPorts([443], machine({ 'ufw status': 'Status: inactive\n' }))).toEqual([]);
	});

	it('are closed again, whatever ports they were', () => {
		const look = machine({ 'iptables -S INPUT': [ORACLE[0], `-A INPUT ${RULE(8443)}`, ORACLE[5]].join('\n') });
		expect(lines(closePorts([443], look))).toEqual([`iptables -D INPUT ${RULE(8443)}`, 'netfilter-persistent save']);
	});
});
