import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { certify } from '../../../../../relay/src/tls/certify.ts';
import { newPrivateKey } from '../../../../../relay/src/tls/key-pair.ts';
import type { Finding } from '../finding.ts';
import { lookAtMachine } from './list.ts';
import type { AuthorityAnswer, CaaRecord, FileText, MachineView } from './view.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const DAY = 86_400_000;
const DATA = '/var/lib/oriel';
const PID = 4711;
const sample = (name: string) =>
	readFileSync(new URL(`../../../service/firewall/samples/${name}`, import.meta.url), 'utf8');

/** `/proc/net/tcp` with sockets that listen, and one that is connected. */
const tcp = (...sockets: readonly (readonly [address: string, port: number])[]) =>
	[
		'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
		...sockets.map(([address, port], at) => {
			const local = `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
			return `   ${at}: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1`;
		}),
		'   9: 0209090A:01BB 01B2A8C0:D431 01 00000000:00000000 02:000005D5 00000000     0        0 101 2',
	].join('\n');
const ANY = '00000000';
const LOOPBACK = '0100007F';
const ANY6 = '0'.repeat(32);
const LOOPBACK6 = `${'0'.repeat(24)}01000000`;

const certificate = (from: number, to: number) =>
	certify({ names: ['cam.example.org'], subject: 'CA', key: newPrivateKey(), notBefore: from, notAfter: to });

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max open files            ${soft.padEnd(20)} 1048576              files
`;

interface Different extends Partial<Omit<MachineView, 'file' | 'names' | 'authority' | 'look'>> {
	readonly files?: Readonly<Record<string, string | FileText>>;
	/** What programs print, by command line; null: not there. */
	readonly programs?: Readonly<Record<string, string | null>>;
	readonly argv?: readonly string[];
	readonly records?: Readonly<Record<string, readonly string[] | readonly CaaRecord[]>>;
	readonly authority?: AuthorityAnswer | Error;
	readonly address?: string | undefined;
}

/** A cloud machine on which all is well, but for what is different. */
function machine({ files, programs, argv = [], records, authority, address, ...rest }: Different = {}): MachineView {
	const all: Record<string, string | FileText> = {
		'/proc/net/tcp': tcp([ANY, 443], [ANY, 80], [LOOPBACK, 25]),
		'/proc/net/tcp6': '',
		[`/proc/${PID}/cmdline`]: ['node', '/opt/oriel/bin/oriel.mjs', 'relay', ...argv, ''].join('\0'),
		[`/proc/${PID}/environ`]: ['PATH=/bin', 'ORIEL_DOMAIN=cam.example.org', ''].join('\0'),
		[`/proc/${PID}/limits`]: limits('65536'),
		[`${DATA}/outside.json`]: JSON.stringify({
			format: 1,
			ipv4: { first: '2026-11-20T10:00:00.000Z', last: '2026-11-27T10:00:00.000Z' },
			ipv6: null,
		}),
		[`${DATA}/tls/ordered.pem`]: certificate(NOW - DAY, NOW + 89 * DAY),
		[`${DATA}/tls/state.json`]: JSON.stringify({ problem: null }),
		'/proc/meminfo': 'MemTotal:  981236 kB\nMemAvailable:     614400 kB\nSwapTotal:             0 kB\n',
		'/proc/sys/net/ipv4/tcp_congestion_control': 'bbr\n',
		'/proc/sys/net/ipv4/tcp_available_congestion_control': 'reno cubic bbr\n',
		'/proc/sys/net/ipv4/tcp_notsent_lowat': '131072\n',
		...files,
	};
	const printed: Record<string, string | null> = { 'nft -j list ruleset': '{"nftables": []}', ...programs };
	const known: Record<string, readonly unknown[]> = { 'A cam.example.org': ['198.51.100.7'], ...records };
	return {
		data: DATA,
		isRoot: true,
		asRoot: 'sudo oriel doctor relay',
		maker: 'QEMU',
		outside: { interface: 'eth0', own: ['10.0.0.7', '2a02:8108::7'] },
		running: { state: 'here', pid: PID },
		look: (...words) => printed[words.join(' ')] ?? undefined,
		names: {
			addresses: async (name, family) => answers(known[`${family === 4 ? 'A' : 'AAAA'} ${name}`]) as string[],
			caa: async (name) => answers(known[`CAA ${name}`]) as CaaRecord[],
		},
		file(path) {
			const found = all[path];
			if (found === undefined) return { is: 'missing' };
			return typeof found === 'string' ? { is: 'text', text: found } : found;
		},
		wall: () => NOW,
		mode: () => 0o40700,
		space: () => ({ freeBytes: 20 * 2 ** 30, totalBytes: 40 * 2 ** 30 }),
		async authority() {
			if (authority instanceof Error) throw authority;
			return authority ?? { aheadMs: 400, identities: ['letsencrypt.org'] };
		},
		publicAddress: async () => ({ address: address ?? '198.51.100.7', words: '' }),
		...rest,
	};
}

function answers(found: readonly unknown[] | undefined): readonly unknown[] {
	if (found?.[0] instanceof Error) throw found[0];
	return found ?? [];
}

async function seen(different: Different, what: string): Promise<Finding | undefined> {
	return (await lookAtMachine(machine(different))).find((finding) => finding.what === what);
}

/** `verdict: words`, and the cure behind an arrow. */
async function said(different: Different, what: string): Promise<string> {
	const { verdict, words, cure } = (await seen(different, what)) ?? {};
	return verdict === undefined ? 'nothing' : `${verdict}: ${words}${cure === undefined ? '' : ` -> ${cure}`}`;
}

const NO_DATA = {
	[`${DATA}/outside.json`]: { is: 'missing' },
	[`${DATA}/tls/ordered.pem`]: { is: 'missing' },
} as const;
const closed = { is: 'closed', reason: 'EACCES: permission denied' } as const;
const code = (name: string) => Object.assign(new Error(name), { code: name });

it('a machine on which all is well has only good findings', async () => {
	const found = await lookAtMachine(machine());
	expect(found.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
	expect(found.map(({ what }) => what)).toEqual([
		...['data directory', 'TCP 443', 'TCP 80', 'own firewall', 'from outside', 'cam.example.org', 'certificate'],
		...['ordering', 'clock', 'disk', 'memory', 'open files', 'congestion', 'slow viewers'],
	]);
});

const ORACLE = { 'nft -j list ruleset': null, 'iptables-save': sample('oracle-ubuntu.iptables-save') };
const RULE = '-m comment --comment oriel-relay -j ACCEPT';
const UFW = {
	'nft -j list ruleset': null,
	'ufw status': 'Status: active\n',
	'iptables-save': sample('ufw.iptables-save'),
	'ip6tables-save': sample('ufw.ip6tables-save'),
};
const FIREWALLD = { 'firewall-cmd --state': 'running\n', 'nft -j list ruleset': sample('firewalld.nft.json') };

it.each<[what: string, finding: string, different: Different, expected: RegExp]>([
	['an open firewall', 'own firewall', {}, /^good: lets TCP 443 \(IPv4\) and TCP 80 \(IPv4\) in$/],
	[
		'an Ubuntu image of Oracle',
		'own firewall',
		{ programs: { ...ORACLE, 'test -x /usr/sbin/netfilter-persistent': '' } },
		new RegExp(
			`^bad: refuses TCP 443 \\(IPv4\\) and TCP 80 \\(IPv4\\): iptables, table filter, chain INPUT, rule 6 rejects .*icmp-host-prohibited.* -> sudo iptables -I INPUT 6 -p tcp --dport 443 ${RULE} && sudo iptables -I INPUT 6 -p tcp --dport 80 ${RULE} && sudo /usr/sbin/netfilter-persistent save$`,
		),
	],
	[
		'ufw',
		'own firewall',
		{ programs: UFW },
		/^bad: .*policy of INPUT: drop.* -> sudo ufw allow 443\/tcp && sudo ufw allow 80\/tcp$/,
	],
	[
		'firewalld',
		'own firewall',
		{ programs: FIREWALLD },
		/^bad: .*inet firewalld.*rejects.* -> sudo firewall-cmd --quiet --permanent --add-port=443\/tcp --add-port=80\/tcp && sudo firewall-cmd --quiet --reload$/,
	],
	[
		'a policy of nftables',
		'own firewall',
		{ programs: { 'nft -j list ruleset': sample('drop.nft.json') } },
		/^bad: refuses TCP 443 \(IPv4\): nft, table inet filter, chain input drops without an answer .* -> sudo nft add rule inet filter input tcp dport 443 accept comment '"oriel-relay"' {2}# .*nftables\.conf/,
	],
	[
		'only port 80 refused',
		'own firewall',
		{
			programs: {
				...ORACLE,
				'iptables-save': '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 80 -j DROP\nCOMMIT\n',
			},
		},
		/^poor: refuses TCP 80 \(IPv4\)/,
	],
	[
		'a rule for some senders',
		'own firewall',
		{
			programs: {
				...ORACLE,
				'iptables-save': '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.0/24 -j DROP\nCOMMIT\n',
			},
		},
		/^unknown: lets TCP 443 .* in, but these rules refuse some senders or could not be judged: -A INPUT -s 192\.0\.2\.0\/24 -j DROP/,
	],
	[
		'rules that only root sees',
		'own firewall',
		{ isRoot: false, programs: { 'nft -j list ruleset': null, 'nft --version': 'nftables v1' } },
		/^unknown: not looked at: reading its rules needs root.* -> sudo oriel doctor relay$/,
	],
	[
		'no program that lists rules',
		'own firewall',
		{ programs: { 'nft -j list ruleset': null } },
		/^unknown: not looked at: neither nft nor iptables is installed here -> If you did not/,
	],
	[
		'a listing that is none',
		'own firewall',
		{ programs: { 'nft -j list ruleset': 'what?' } },
		/^unknown: not looked at: "nft -j/,
	],
	[
		'IPv6 closed, where the relay listens for it',
		'own firewall',
		{
			programs: { ...UFW, 'iptables-save': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n' },
			files: { '/proc/net/tcp': tcp(), '/proc/net/tcp6': tcp([ANY6, 443], [ANY6, 80]) },
		},
		/^bad: refuses TCP 443 \(IPv6\) and TCP 80 \(IPv6\): ip6tables/,
	],
	[
		'another system',
		'own firewall',
		{ files: { '/proc/net/tcp': { is: 'missing' } } },
		/^unknown: not looked at: only/,
	],
	[
		'IPv6 closed, where it does not',
		'own firewall',
		{ programs: { ...UFW, 'iptables-save': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n' } },
		/^good/,
	],
	[
		'a relay for a proxy',
		'own firewall',
		{
			argv: ['--host', '127.0.0.1', '--trust-proxy', '127.0.0.1', '--port', '8080'],
			files: { '/proc/net/tcp': tcp([LOOPBACK, 8080]), [`/proc/${PID}/environ`]: '' },
		},
		/^good: not needed: the relay listens on loopback only$/,
	],

	['a port for IPv4', 'TCP 443', {}, /^good: listens for IPv4$/],
	[
		'a port for both',
		'TCP 443',
		{ files: { '/proc/net/tcp': tcp(), '/proc/net/tcp6': tcp([ANY6, 443]) } },
		/^good: listens for IPv4 and IPv6$/,
	],
	[
		'a port on loopback',
		'TCP 443',
		{ files: { '/proc/net/tcp': tcp([LOOPBACK, 443]) } },
		/^bad: listens on loopback only.* -> Start the relay without --host 127\.0\.0\.1/,
	],
	[
		'a port on loopback, IPv6',
		'TCP 443',
		{ files: { '/proc/net/tcp': tcp(), '/proc/net/tcp6': tcp([LOOPBACK6, 443]) } },
		/^bad: listens on loopback only/,
	],
	[
		'a port for a proxy',
		'TCP 443',
		{ argv: ['--trust-proxy', '127.0.0.1'], files: { '/proc/net/tcp': tcp([LOOPBACK, 443]) } },
		/^good: listens on loopback only, for the proxy/,
	],
	[
		'a port where nothing listens',
		'TCP 443',
		{ running: { state: 'none' }, files: { '/proc/net/tcp': tcp() } },
		/^bad: nothing listens on port 443 -> Start the relay: sudo oriel relay install/,
	],
	[
		'the port for plain HTTP where nothing listens',
		'TCP 80',
		{ files: { '/proc/net/tcp': tcp([ANY, 443]) } },
		/^poor: nothing listens on port 80/,
	],
	[
		'the other port, without the right to the first',
		'TCP 8443',
		{ files: { '/proc/net/tcp': tcp([ANY, 8443]) } },
		/^good/,
	],
	[
		'a port said on the command line',
		'TCP 9443',
		{ argv: ['--port', '9443'], files: { '/proc/net/tcp': tcp([ANY, 9443]) } },
		/^good/,
	],
	[
		'a port said to the service',
		'TCP 9443',
		{
			running: { state: 'none' },
			files: { '/etc/oriel/relay.env': 'ORIEL_PORT="9443"\n', '/proc/net/tcp': tcp([ANY, 9443]) },
		},
		/^good/,
	],
	[
		'a relay in another container',
		'TCP 443',
		{ running: { state: 'unknown', words: 'process 7 on box may run the relay' }, files: { '/proc/net/tcp': tcp() } },
		/^unknown: nothing listens on port 443; but process 7 on box/,
	],
	[
		'an environment that only root reads',
		'TCP 443',
		{ isRoot: false, files: { [`/proc/${PID}/environ`]: closed, '/proc/net/tcp': tcp([ANY, 9000]) } },
		/^unknown: nothing listens.*read by root only/,
	],
	['a system without /proc', 'TCP 443', { files: { '/proc/net/tcp': { is: 'missing' } } }, /^unknown/],

	[
		'requests from outside',
		'from outside',
		{},
		/^good: requests from public addresses have arrived by IPv4: first 2026-11-20T10:00:00\.000Z, last 2026-11-27$/,
	],
	[
		'no request from outside',
		'from outside',
		{ files: { [`${DATA}/outside.json`]: { is: 'missing' } } },
		/^unknown: no request from a public address has arrived yet.* -> On another machine.*: oriel doctor relay https:\/\/cam\.example\.org$/,
	],
	[
		'a note that only root reads',
		'from outside',
		{ files: { [`${DATA}/outside.json`]: closed } },
		/^unknown: not looked at: EACCES.* -> sudo oriel doctor relay$/,
	],
	[
		'a note that is none',
		'from outside',
		{ files: { [`${DATA}/outside.json`]: '{}' } },
		/^unknown: outside\.json cannot be read/,
	],

	['BBR', 'congestion', {}, /^good: TCP uses bbr$/],
	[
		'cubic, with BBR at hand',
		'congestion',
		{ files: { '/proc/sys/net/ipv4/tcp_congestion_control': 'cubic\n' } },
		/^poor: TCP uses cubic.* -> .*modprobe tcp_bbr.*tcp_congestion_control=bbr/,
	],
	[
		'cubic, with BBR as a module',
		'congestion',
		{
			files: {
				'/proc/sys/net/ipv4/tcp_congestion_control': 'cubic\n',
				'/proc/sys/net/ipv4/tcp_available_congestion_control': 'reno cubic\n',
			},
			programs: { 'modinfo tcp_bbr': 'filename: tcp_bbr.ko\n' },
		},
		/modprobe tcp_bbr/,
	],
	[
		'a kernel without BBR',
		'congestion',
		{
			files: {
				'/proc/sys/net/ipv4/tcp_congestion_control': 'cubic\n',
				'/proc/sys/net/ipv4/tcp_available_congestion_control': 'reno cubic\n',
			},
		},
		/^poor: .*no module tcp_bbr.* -> Nothing to do/,
	],

	['enough files', 'open files', {}, /^good: the relay may open 65536$/],
	[
		'too few files',
		'open files',
		{ files: { [`/proc/${PID}/limits`]: limits('1024') } },
		/^poor: the relay may open 1024, and 10000 connections need 10100 -> Set LimitNOFILE=10100.*--max-connections 924\.$/,
	],
	[
		'fewer connections',
		'open files',
		{ argv: ['--max-connections', '900'], files: { [`/proc/${PID}/limits`]: limits('1024') } },
		/^good/,
	],
	[
		'one file too few',
		'open files',
		{ argv: ['--max-connections', '925'], files: { [`/proc/${PID}/limits`]: limits('1024') } },
		/^poor/,
	],
	['files without limit', 'open files', { files: { [`/proc/${PID}/limits`]: limits('unlimited') } }, /^good/],
	[
		'no relay',
		'open files',
		{ running: { state: 'none' } },
		/^unknown: not looked at: the process of the relay was not found$/,
	],
	[
		'limits that only root reads',
		'open files',
		{ files: { [`/proc/${PID}/limits`]: closed } },
		/^unknown: .* -> sudo oriel doctor relay$/,
	],

	[
		'a clock that agrees',
		'clock',
		{ authority: { aheadMs: -30_000, identities: [] } },
		/^good: agrees with that of acme-v02\.api\.letsencrypt\.org to within 30 s$/,
	],
	[
		'a clock that is behind',
		'clock',
		{ authority: { aheadMs: 31_000, identities: [] } },
		/^bad: 31 s behind that of .* -> sudo timedatectl set-ntp true$/,
	],
	['a clock that is ahead', 'clock', { authority: { aheadMs: -90_000, identities: [] } }, /^bad: 90 s ahead of/],
	[
		'a clock that is wrong by years',
		'clock',
		{ authority: new TypeError('fetch failed', { cause: code('CERT_NOT_YET_VALID') }) },
		/^bad: 2026-11-27T12:00:00\.000Z here, at which the certificate of .* is not valid/,
	],
	[
		'an authority that is silent',
		'clock',
		{ authority: new TypeError('fetch failed', { cause: code('ENETUNREACH') }) },
		/^unknown: not compared: .*ENETUNREACH/,
	],
	['no authority', 'clock', { argv: ['--tls', 'self-signed'], files: { [`/proc/${PID}/environ`]: '' } }, /^nothing$/],

	['a name that leads here', 'cam.example.org', {}, /^good: leads to 198\.51\.100\.7, this machine$/],
	[
		'a name that leads elsewhere',
		'cam.example.org',
		{ address: '203.0.113.9' },
		/^bad: leads to 198\.51\.100\.7, but this machine is 203\.0\.113\.9 -> At your DNS provider, set the A record of cam\.example\.org to 203\.0\.113\.9\.$/,
	],
	[
		'a name that leads nowhere',
		'cam.example.org',
		{ records: { 'A cam.example.org': [] } },
		/^bad: no name server knows/,
	],
	[
		'a name without IPv4',
		'cam.example.org',
		{ records: { 'A cam.example.org': [], 'AAAA cam.example.org': ['2a02:8108::7'] } },
		/^poor: it has no A record/,
	],
	[
		'a machine that does not know its address',
		'cam.example.org',
		{ publicAddress: async () => ({ address: undefined, words: '' }) },
		/^unknown: leads to 198\.51\.100\.7; whether that is this machine is not known here/,
	],
	[
		'a machine that was told its address',
		'cam.example.org',
		{ argv: ['--public-ip', '188.245.1.8'] },
		/^bad: leads to 198\.51\.100\.7, but this machine is 188\.245\.1\.8/,
	],
	[
		'name servers that are silent',
		'cam.example.org',
		{ records: { 'A cam.example.org': [code('ETIMEOUT')] as never } },
		/^unknown: not looked up: .*ETIMEOUT/,
	],
	['no AAAA record', 'cam.example.org AAAA', {}, /^nothing$/],
	[
		'an AAAA record, but no IPv6',
		'cam.example.org AAAA',
		{ records: { 'AAAA cam.example.org': ['2a02:8108::7'] } },
		/^bad: .*does not listen for IPv6.* -> .*remove the AAAA record of cam\.example\.org; or start the relay with --host ::/,
	],
	[
		'an AAAA record of this machine',
		'cam.example.org AAAA',
		{ records: { 'AAAA cam.example.org': ['2a02:8108::7'] }, files: { '/proc/net/tcp6': tcp([ANY6, 443]) } },
		/^good/,
	],
	[
		'an AAAA record of another',
		'cam.example.org AAAA',
		{ records: { 'AAAA cam.example.org': ['2a02:8108::9'] }, files: { '/proc/net/tcp6': tcp([ANY6, 443]) } },
		/^bad: leads to 2a02:8108::9, but this machine is 2a02:8108::7/,
	],
	[
		'a CAA record for the authority',
		'cam.example.org CAA',
		{ records: { 'CAA example.org': [{ issue: 'letsencrypt.org; accounturi=x' }] } },
		/^good: allows letsencrypt\.org$/,
	],
	[
		'a CAA record for another',
		'cam.example.org CAA',
		{ records: { 'CAA example.org': [{ issue: 'pki.goog' }] } },
		/^bad: the CAA record of example\.org allows pki\.goog only, not letsencrypt\.org -> .*: example\.org\. CAA 0 issue "letsencrypt\.org"$/,
	],
	[
		'a CAA record for no authority',
		'cam.example.org CAA',
		{ records: { 'CAA cam.example.org': [{ issue: ';' }], 'CAA example.org': [{ issue: 'letsencrypt.org' }] } },
		/^bad: .*allows no authority only/,
	],
	['a CAA record about something else', 'cam.example.org CAA', { records: { 'CAA example.org': [{}] } }, /^nothing$/],
	[
		'a CAA record, with another authority',
		'cam.example.org CAA',
		{
			argv: ['--acme-directory', 'https://ca.test/dir'],
			authority: { aheadMs: 0, identities: ['ca.test'] },
			records: { 'CAA example.org': [{ issue: 'ca.test' }] },
		},
		/^good: allows ca\.test$/,
	],
	[
		'a CAA record, with one that tells no name',
		'cam.example.org CAA',
		{
			argv: ['--acme-directory', 'https://ca.test/dir'],
			authority: { aheadMs: 0, identities: [] },
			records: { 'CAA example.org': [{ issue: 'ca.test' }] },
		},
		/^unknown/,
	],

	['memory', 'memory', {}, /^good: 600 MB available, no swap$/],
	[
		'little memory, but swap',
		'memory',
		{ files: { '/proc/meminfo': 'MemAvailable: 102400 kB\nSwapTotal: 1048576 kB\n' } },
		/^good: 100 MB available, 1024 MB of swap$/,
	],
	[
		'little memory and no swap',
		'memory',
		{ files: { '/proc/meminfo': 'MemAvailable: 306176 kB\nSwapTotal: 0 kB\n' } },
		/^poor: 299 MB available, no swap: .* -> sudo fallocate -l 1G \/swapfile.*swapon/,
	],
	['a system that does not report it', 'memory', { files: { '/proc/meminfo': '' } }, /^unknown/],

	[
		'a full disk',
		'disk',
		{ space: () => ({ freeBytes: 2 ** 29, totalBytes: 2 ** 35 }) },
		/^poor: 0\.5 GiB free: not much/,
	],
	[
		'an unsent limit that is not set',
		'slow viewers',
		{ files: { '/proc/sys/net/ipv4/tcp_notsent_lowat': '4294967295\n' } },
		/^poor: tcp_notsent_lowat is not set.* -> .*tcp_notsent_lowat=131072/,
	],
	[
		'a data directory that others read',
		'data directory',
		{ mode: () => 0o40755 },
		/^bad: .*mode 755\) -> sudo chmod 700 \/var\/lib\/oriel$/,
	],
	[
		'a data directory that is missing',
		'data directory',
		{
			mode: () => {
				throw code('ENOENT');
			},
		},
		/^bad: \/var\/lib\/oriel is not there/,
	],
	[
		'a data directory that only root sees',
		'data directory',
		{
			isRoot: false,
			mode: () => {
				throw code('EACCES');
			},
		},
		/^unknown: not looked at: .* -> sudo oriel doctor relay$/,
	],
	[
		'the data of the service, for another user',
		'data directory',
		{
			isRoot: false,
			files: { '/etc/systemd/system/oriel-relay.service': '' },
			mode: () => {
				throw code('ENOENT');
			},
		},
		/^unknown/,
	],

	['a certificate', 'certificate', {}, /^good: 89\.0 days left, from CA$/],
	[
		'a late certificate',
		'certificate',
		{ files: { [`${DATA}/tls/ordered.pem`]: certificate(NOW - 80 * DAY, NOW + 10 * DAY) } },
		/^poor: 10\.0 days left/,
	],
	[
		'a certificate that has ended',
		'certificate',
		{ files: { [`${DATA}/tls/ordered.pem`]: certificate(NOW - 80 * DAY, NOW - DAY) } },
		/^bad: it ended on 2026-11-26T12:00:00\.000Z -> /,
	],
	[
		'a certificate that is none',
		'certificate',
		{ files: { [`${DATA}/tls/ordered.pem`]: 'x' } },
		/^bad: .*cannot be used/,
	],
	[
		'no certificate yet',
		'certificate',
		{ files: { [`${DATA}/tls/ordered.pem`]: { is: 'missing' } } },
		/^poor: self-signed, none has been ordered yet.* -> The first order takes some seconds/,
	],
	[
		'no certificate and no name',
		'certificate',
		{ files: { [`/proc/${PID}/environ`]: '', [`${DATA}/tls/ordered.pem`]: { is: 'missing' } } },
		/^poor: self-signed, .* -> Give the relay its name/,
	],
	[
		'a certificate that only root reads',
		'certificate',
		{ isRoot: false, files: { [`${DATA}/tls/ordered.pem`]: closed } },
		/^unknown: not looked at.* -> sudo oriel doctor relay$/,
	],
	[
		'own files',
		'certificate',
		{ argv: ['--tls-cert', '/etc/own.pem', '--tls-key', '/etc/own.key'], files: { [`/proc/${PID}/environ`]: '' } },
		/^bad: \/etc\/own\.pem is not there$/,
	],
	[
		'plain HTTP',
		'certificate',
		{ argv: ['--tls', 'off', '--plain-http'], files: { [`/proc/${PID}/environ`]: '' } },
		/^poor: plain HTTP: anyone/,
	],
	[
		'ordering that fails',
		'ordering',
		{ files: { [`${DATA}/tls/state.json`]: JSON.stringify({ problem: 'port 80 is closed', nextTryAt: 'then' }) } },
		/^bad: port 80 is closed; tried again at then/,
	],

	[
		'a machine of Oracle',
		'idle machine',
		{ maker: 'QEMU OracleCloud.com' },
		/^unknown: Oracle may take back.*cannot be seen from here -> .*Pay As You Go/,
	],
	['a machine of another', 'idle machine', {}, /^nothing$/],
])('%s: %s', async (_what, finding, different, expected) => {
	expect(await said(different, finding)).toMatch(expected);
});

it('nothing is said of files in a data directory that is not there', async () => {
	const mode = () => {
		throw code('ENOENT');
	};
	const found = await lookAtMachine(machine({ mode, running: { state: 'none' }, files: NO_DATA }));
	const said = found.map(({ what }) => what);
	expect(said).toContain('data directory');
	expect(said.filter((what) => ['from outside', 'certificate', 'ordering'].includes(what))).toEqual([]);
});

describe('the options of a relay', () => {
	it('that cannot be read leave its ports in doubt, and the doctor goes on', async () => {
		const found = await lookAtMachine(machine({ argv: ['--config', '/nowhere/relay.yaml'] }));
		expect(found.map(({ what }) => what)).toContain('disk');
		expect(await said({ argv: ['--config', '/nowhere.yaml'], files: { '/proc/net/tcp': tcp() } }, 'TCP 443')).toMatch(
			/^unknown: nothing listens.*its options could not be read/,
		);
	});
});
