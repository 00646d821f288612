// What `oriel doctor relay` says of the firewall of a relay's machine, from inside and from outside, with real firewalls in
// namespaces; and that its advice, carried out word by word, opens the ports.
import { join } from 'node:path';
import { startFirewalld, startUfw } from '@oriel/testing/firewall-programs';
import { type Ended, OtherMachine } from '@oriel/testing/other-machine';
import { ROOT } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';

const ORIEL = `${process.execPath} ${join(ROOT, 'packages/cli/bin/oriel.mjs')}`;
/** Addresses as they are on the internet: what the relay sees of the other machine is public. */
const RELAY = ['188.245.1.7', '2a02:8108:1::7'] as const;
const OTHER = ['188.245.1.9', '2a02:8108:1::9'] as const;
const withNetwork = ([ipv4, ipv6]: readonly [string, string]) => [`${ipv4}/24`, `${ipv6}/64`];
const URL = 'https://relay.test';

/** Rules as Oracle's Ubuntu images load them at a start, and the same for IPv6. */
const ORACLE = join(ROOT, 'packages/cli/src/service/firewall/samples/oracle-ubuntu.iptables-save');
const ORACLE_6 = [
	'-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT',
	'-A INPUT -p ipv6-icmp -j ACCEPT',
	'-A INPUT -i lo -j ACCEPT',
	'-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT',
	'-A INPUT -j REJECT --reject-with icmp6-adm-prohibited',
];

/** A table of nftables whose chain begins with what any has. */
const table = (policy: string, ...rules: readonly string[]) =>
	[
		`table inet filter { chain input { type filter hook input priority 0; policy ${policy};`,
		...['ct state established,related accept', 'iif lo accept', 'meta l4proto { icmp, ipv6-icmp } accept'],
		...['tcp dport 22 accept', ...rules, '}; }'],
	].join('\n');

interface Layout {
	readonly name: string;
	/** Switches the firewall on. */
	start(machine: OtherMachine): Promise<unknown>;
	/** What the cure consists of. */
	readonly cure: readonly RegExp[];
	/** What is seen from outside, by IPv4 and by IPv6. */
	readonly outside: readonly [RegExp, RegExp];
}

const PROHIBITED = /prohibited: a firewall rejects (TCP 443|it) with ICMP/;
const DROPPED = /^no answer from \S+ within 5 s: a firewall drops/;
const run = (line: string) => async (machine: OtherMachine) =>
	expect(await machine.done(line)).toMatchObject({ code: 0 });
const load = (text: string) => async (machine: OtherMachine) => {
	machine.write('/etc/test.nft', text);
	await run('nft -f /etc/test.nft')(machine);
};

const LAYOUTS: readonly Layout[] = [
	{
		name: 'the REJECT of Oracle’s images',
		async start(machine) {
			machine.write('/etc/test.v6', ['*filter', ':INPUT ACCEPT [0:0]', ...ORACLE_6, 'COMMIT', ''].join('\n'));
			await run(`iptables-restore ${ORACLE} && ip6tables-restore /etc/test.v6`)(machine);
		},
		cure: [/^sudo iptables -I INPUT 6 .*--dport 443/, /^sudo ip6tables -I INPUT 5 .*--dport 443/],
		outside: [PROHIBITED, PROHIBITED],
	},
	{
		name: 'a policy of nftables that drops',
		start: load(table('drop')),
		cure: [/^sudo nft add rule inet filter input tcp dport 443 accept/],
		outside: [DROPPED, DROPPED],
	},
	{
		name: 'a rule that resets connections',
		start: load(table('accept', 'meta l4proto tcp reject with tcp reset')),
		cure: [/^sudo nft insert rule inet filter input position \d+ tcp dport 443 accept/],
		outside: [/^refused by 188\S+: nothing listens.*or a firewall/, /^refused by 2a02\S+: nothing listens/],
	},
	{
		name: 'firewalld',
		start: startFirewalld,
		cure: [/^sudo firewall-cmd .*--add-port=443\/tcp/, /^sudo firewall-cmd .*--reload/],
		outside: [PROHIBITED, PROHIBITED],
	},
	{
		name: 'ufw',
		start: startUfw,
		cure: [/^sudo ufw allow 443\/tcp/, /^sudo ufw allow 80\/tcp/],
		outside: [DROPPED, DROPPED],
	},
];

interface Finding {
	readonly what: string;
	readonly verdict: string;
	readonly words: string;
	readonly cure?: string;
}

/** Two machines on one cable, the first with a relay that listens for both families. */
async function machines() {
	const relay = await OtherMachine.start({ network: 'own' });
	const other = await OtherMachine.start({ network: 'own' });
	await relay.cableTo(other, withNetwork(RELAY), withNetwork(OTHER));
	other.write('/etc/hosts', [...RELAY.map((address) => `${address} relay.test`), ''].join('\n'));
	relay.write('/usr/local/bin/sudo', '#!/bin/sh\nexec "$@"\n', 0o755);
	const serving = relay.run(`${ORIEL} relay --host :: --tls self-signed --log json`);
	await serving.said(/"msg":"relay listens"/);
	const findings = async (machine: OtherMachine, words: string): Promise<Finding[]> => {
		const { stdout, stderr } = await machine.done(`${ORIEL} doctor relay --json ${words}`);
		return stdout === '' ? [{ what: 'error', verdict: 'bad', words: stderr }] : JSON.parse(stdout);
	};
	return {
		relay,
		other,
		inside: () => findings(relay, ''),
		outside: (url = URL) => findings(other, url),
		/** Whether real connections come through, by each family. What is dropped is not waited for longer than that. */
		async connects(seconds = 30) {
			const tries = RELAY.map((address) => {
				const host = address.includes(':') ? `[${address}]` : address;
				return other.done(`curl -sk -m ${seconds} -o /dev/null -w '%{http_code}' https://${host}/healthz`);
			});
			return (await Promise.all(tries)).map(({ stdout }: Ended) => stdout === '200');
		},
		async [Symbol.asyncDispose]() {
			await other[Symbol.asyncDispose]();
			await relay[Symbol.asyncDispose]();
			await serving.ended;
		},
	};
}

const found = (findings: readonly Finding[], what: string) =>
	findings.find((finding) => finding.what === what) ?? { verdict: 'none', words: JSON.stringify(findings) };
const ports = (findings: readonly Finding[], port: number) =>
	[4, 6].map((family) => found(findings, `TCP ${port} IPv${family}`));

describe.concurrent('the advice on firewalls', () => {
	it.each(LAYOUTS)('opens $name', async ({ start, cure: expected, outside }) => {
		await using net = await machines();
		await start(net.relay);
		const [before, seen, tried] = await Promise.all([net.inside(), net.outside(), net.connects(2)]);
		expect(tried).toEqual([false, false]);
		const advice = found(before, 'own firewall');
		expect(advice).toMatchObject({ verdict: 'bad', words: expect.stringContaining('refuses TCP 443 (IPv4, IPv6)') });
		expect(found(before, 'from outside').words).toMatch(/^no request from a public address has arrived yet/);
		const [command = ''] = ('cure' in advice && advice.cure ? advice.cure : '').split('  #');
		const commands = command.split(' && ');
		for (const pattern of expected) expect(commands).toContainEqual(expect.stringMatching(pattern));
		const [ipv4, ipv6] = ports(seen, 443);
		expect([ipv4?.verdict, ipv6?.verdict]).toEqual(['bad', 'bad']);
		expect(ipv4?.words).toMatch(outside[0]);
		expect(ipv6?.words).toMatch(outside[1]);

		expect(await net.relay.done(command)).toMatchObject({ code: 0 });
		expect(await net.connects()).toEqual([true, true]);
		const [after, again] = await Promise.all([net.inside(), net.outside()]);
		expect(found(after, 'own firewall')).toMatchObject({
			verdict: 'good',
			words: 'lets TCP 443 (IPv4, IPv6) and TCP 80 (IPv4, IPv6) in',
		});
		expect(found(after, 'from outside').words).toMatch(/have arrived by IPv4: first \S+, last \S+; IPv6: first/);
		expect([...ports(again, 443), ...ports(again, 80)].map(({ verdict }) => verdict)).toEqual(Array(4).fill('good'));
	});

	it('blames no firewall where there is none', async () => {
		await using net = await machines();
		const [before, seen] = await Promise.all([net.inside(), net.outside()]);
		expect(found(before, 'own firewall').verdict).toBe('good');
		expect(ports(seen, 443).map(({ verdict }) => verdict)).toEqual(['good', 'good']);
		// The other machine loses its way by IPv6: that is not a fault of the relay's.
		await run('ip -6 route flush dev eth0; ip -6 address flush dev eth0')(net.other);
		const [ipv4, ipv6] = ports(await net.outside(), 443);
		expect(ipv4?.verdict).toBe('good');
		expect(ipv6).toMatchObject({
			verdict: 'unknown',
			words: expect.stringMatching(/^not tried: this network has no route/),
		});
		// One that may not look says so.
		const as = 'setpriv --reuid 1234 --regid 1234 --clear-groups';
		const { stdout } = await net.relay.done(`${as} ${ORIEL} doctor relay --json --data /var/lib/oriel`);
		const advice = found(JSON.parse(stdout), 'own firewall');
		expect(advice).toMatchObject({ verdict: 'unknown', words: expect.stringContaining('needs root') });
	});

	it('is given by the camera’s machine, too, as it sees its relay', async () => {
		await using net = await machines();
		const doctor = () => net.other.done(`${ORIEL} doctor ${URL} --source test`);
		await run(`iptables-restore ${ORACLE}`)(net.relay);
		await run('ip -6 address flush dev eth0')(net.relay);
		net.other.write('/etc/hosts', `${RELAY[0]} relay.test\n`);
		const before = await doctor();
		expect(before).toMatchObject({ code: 1, stdout: expect.stringMatching(/\nVerdict: Pictures come/) });
		expect(before.stdout).toMatch(
			/\nThe relay https:\/\/relay\.test, as this machine sees it\nBAD {2}TCP 443 IPv4 {2}188\S+ is answered as unreachable or prohibited.*\n +On that machine: sudo oriel doctor relay\n/,
		);
		expect(before.stderr).toContain('https://relay.test cannot be used from here');
		await run('iptables -F INPUT')(net.relay);
		expect(await doctor()).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('ok   TCP 443 IPv4  188.245.1.7 answers'),
		});
	});
});
