import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readIptables, wordsOf } from './iptables.ts';
import { readNft } from './nft.ts';
import { passageOf } from './read-firewall.ts';
import type { InputChain } from './ruleset.ts';

const sample = (name: string) => readFileSync(new URL(`samples/${name}`, import.meta.url), 'utf8');
const own = ['10.9.9.2', 'fd00::2'];

/** What becomes of a connection from another machine, in a word, and what decides otherwise for some. */
function fate(chains: readonly InputChain[], port: number, family: 4 | 6 = 4, name: string | undefined = 'eth0') {
	const { refusals, exceptions } = passageOf({ family, port, interface: name, own }, { chains });
	const words = refusals.map(({ kind, at }) => (at === undefined ? 'policy' : kind)).join(' and ') || 'open';
	return exceptions.length > 0 ? `${words}, but ${exceptions.join('; ')}` : words;
}

describe('rules as the programs really print them', () => {
	const oracle = readIptables(sample('oracle-ubuntu.iptables-save'), 'iptables', 4);
	const ufw = [
		...readIptables(sample('ufw.iptables-save'), 'iptables', 4),
		...readIptables(sample('ufw.ip6tables-save'), 'ip6tables', 6),
	];
	const firewalld = readNft(sample('firewalld.nft.json'));
	const firewalldIptables = readIptables(sample('firewalld.iptables-save'), 'iptables', 4);
	const drop = readNft(sample('drop.nft.json'));
	const oracleByNft = readNft(sample('oracle-ubuntu.nft.json'));
	const reset = readNft(sample('tcp-reset.nft.json'));

	it.each([
		['an Ubuntu image of Oracle', oracle, 22, 4, 'open'],
		['an Ubuntu image of Oracle', oracle, 443, 4, 'reject'],
		['an Ubuntu image of Oracle', oracle, 443, 6, 'open'],
		['the same, as nft shows it', oracleByNft, 443, 4, 'reject, but xt match "conntrack" counter accept'],
		['the same, as nft shows it', oracleByNft, 443, 6, 'open'],
		['ufw', ufw, 22, 4, 'open'],
		['ufw', ufw, 443, 4, 'policy'],
		['ufw', ufw, 22, 6, 'open'],
		['ufw', ufw, 443, 6, 'policy'],
		['firewalld with nftables', firewalld, 22, 4, 'open'],
		['firewalld with nftables', firewalld, 443, 4, 'reject'],
		['firewalld with nftables', firewalld, 443, 6, 'reject'],
		['firewalld with nftables', firewalld, 22, 6, 'open'],
		['firewalld with iptables', firewalldIptables, 22, 4, 'open'],
		['firewalld with iptables', firewalldIptables, 80, 4, 'reject'],
		['a policy of nftables', drop, 22, 4, 'open'],
		['a policy of nftables', drop, 8005, 6, 'open'],
		['a policy of nftables', drop, 80, 4, 'open'],
		['a policy of nftables', drop, 25, 4, 'drop'],
		['a policy of nftables', drop, 443, 6, 'policy'],
		['a policy of nftables', drop, 9443, 4, 'policy, but ip saddr 10.0.0.0/8 tcp dport 9443 accept'],
		['a chain that is called', reset, 443, 4, 'reject'],
		['a chain that is called', reset, 22, 4, 'open, but ip saddr @blocked drop'],
	] as const)('%s: %#', (_what, chains, port, family, expected) => {
		expect(fate(chains, port, family)).toBe(expected);
	});

	it('name the rule that refuses', () => {
		const [refusal] = passageOf({ family: 4, port: 443, interface: 'eth0', own }, { chains: oracle }).refusals;
		expect(refusal).toMatchObject({ at: 5, words: '-A INPUT -j REJECT --reject-with icmp-host-prohibited' });
		const [byReset] = passageOf({ family: 4, port: 443, interface: 'eth0', own }, { chains: reset }).refusals;
		expect(byReset).toMatchObject({ at: 5, words: 'l4proto tcp counter reject with tcp reset' });
	});
});

describe('a rule of iptables', () => {
	const at = (rules: readonly string[], policy = 'ACCEPT', name: string | undefined = 'eth0') => {
		const lines = ['*filter', `:INPUT ${policy} [0:0]`, ...rules.map((rule) => `-A ${rule}`), 'COMMIT'];
		return fate(readIptables(lines.join('\n'), 'iptables', 4), 443, 4, name);
	};

	it.each([
		['INPUT -p tcp -m multiport --dports 80,400:500 -j DROP', 'drop'],
		['INPUT -p tcp -m tcp ! --dport 443 -j DROP', 'open'],
		['INPUT ! -i eth0 -j DROP', 'open'],
		['INPUT -i eth+ -j DROP', 'drop'],
		['INPUT -i wg0 -j DROP', 'open'],
		['INPUT -d 10.9.9.2/32 -j DROP', 'drop'],
		['INPUT -d 224.0.0.0/4 -j DROP', 'open'],
		['INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP', 'open'],
		['INPUT -p tcp -m tcp --tcp-flags FIN,SYN FIN,SYN -j DROP', 'open'],
		['INPUT -m conntrack --ctstate INVALID -j DROP', 'open'],
		['INPUT -m hashlimit --hashlimit-above 9/sec --hashlimit-name a -j DROP', 'open'],
		['INPUT -m addrtype ! --dst-type LOCAL -j DROP', 'open'],
		['INPUT -m comment --comment "--dport 1 -j ACCEPT" -j REJECT', 'reject'],
		['INPUT -m set --match-set bad src -j DROP', 'open, but -A INPUT -m set --match-set bad src -j DROP'],
		['INPUT -m limit --limit 3/min -j LOG --log-prefix "-j DROP "', 'open'],
	])('%s', (rule, expected) => {
		expect(at([rule])).toBe(expected);
	});

	it('returns from a chain, or goes to another for good', () => {
		expect(at(['INPUT -j own', 'INPUT -j DROP', 'own -p tcp -j RETURN', 'own -j ACCEPT'])).toBe('drop');
		expect(at(['INPUT -g own', 'INPUT -j DROP', 'own -p udp -j DROP'])).toBe('open');
		expect(at(['INPUT -p tcp -j RETURN', 'INPUT -j ACCEPT'], 'DROP')).toBe('policy');
		expect(at(['INPUT -j own', 'own -j own'])).toBe('open');
	});

	it('of an interface decides nothing where it is not known by which one connections come in', () => {
		expect(at(['INPUT -i eth0 -j ACCEPT'], 'DROP', '')).toBe('policy');
		const chains = readIptables(
			'*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -i eth0 -j ACCEPT\nCOMMIT\n',
			'iptables',
			4,
		);
		const { exceptions } = passageOf({ family: 4, port: 443, interface: undefined, own }, { chains });
		expect(exceptions).toEqual(['-A INPUT -i eth0 -j ACCEPT']);
	});

	it('is read in its words', () => {
		expect(wordsOf('-A INPUT --comment "a \\"b\\" c" -j ACCEPT')).toEqual(
			['-A', 'INPUT', '--comment', 'a "b" c', '-j', 'ACCEPT'], //
		);
	});
});

it('the tables before those of filters can refuse, too', () => {
	const raw = readIptables(
		'*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 443 -j DROP\nCOMMIT\n',
		'iptables',
		4,
	);
	expect(fate(raw, 443)).toBe('drop');
	const forged = '*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m rpfilter --invert --validmark -j DROP\nCOMMIT\n';
	expect(fate(readIptables(forged, 'iptables', 4), 443)).toBe('open');
	const nat = { family: 'inet', table: 't', name: 'c', type: 'nat', hook: 'prerouting', policy: 'drop' };
	expect(readNft(JSON.stringify({ nftables: [{ chain: nat }] }))).toEqual([]);
	const early = { chain: { ...nat, type: 'filter' } };
	expect(fate(readNft(JSON.stringify({ nftables: [early] })), 443)).toBe('policy');
});

describe('the listing of nft', () => {
	it('that is something else is not taken for an open firewall', () => {
		expect(() => readNft('{}')).toThrow(/nft -j list ruleset/);
		expect(() => readNft('Error')).toThrow(/nft -j list ruleset/);
		expect(readNft('{"nftables": [{"metainfo": {"version": "1.0.6"}}]}')).toEqual([]);
	});

	const chain = { chain: { family: 'inet', table: 't', name: 'c', type: 'filter', hook: 'input', policy: 'accept' } };
	const at = (expr: readonly object[]) => {
		const rule = { family: 'inet', table: 't', chain: 'c', handle: 2, expr: [...expr, { drop: null }] };
		return fate(readNft(JSON.stringify({ nftables: [chain, { rule }] })), 443);
	};
	const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } });
	const dport = { payload: { protocol: 'tcp', field: 'dport' } };

	it.each([
		['a port', [match(dport, 443)], 'drop'],
		['any other port', [match(dport, 443, '!=')], 'open'],
		['ports below', [match(dport, 1024, '<')], 'drop'],
		['ports above', [match(dport, 443, '>')], 'open'],
		['another protocol', [match({ payload: { protocol: 'udp', field: 'dport' } }, 443)], 'open'],
		['the other family', [match({ payload: { protocol: 'ip6', field: 'saddr' } }, '2001:db8::1')], 'open'],
		['the family', [match({ meta: { key: 'nfproto' } }, 'ipv4')], 'drop'],
		['an address of this machine', [match({ payload: { protocol: 'ip', field: 'daddr' } }, '10.9.9.2')], 'drop'],
		['a state', [match({ ct: { key: 'state' } }, ['invalid', 'untracked'], 'in')], 'open'],
		['a limit', [{ limit: { rate: 1, per: 'second', inv: true } }], 'open'],
		['a module of iptables', [{ xt: { type: 'match', name: 'set' } }], 'open, but xt match "set" drop'],
		['a mark', [match({ meta: { key: 'mark' } }, 1)], 'open, but mark 1 drop'],
	])('has rules for %s', (_what, expr, expected) => {
		expect(at(expr)).toBe(expected);
	});
});
