import { comesInBy, every, goesTo, type Match, matchIf, not, type Packet } from './packet.ts';
import type { InputChain, Rule, Verdict } from './ruleset.ts';

/** Chains that a packet to this machine goes through and that can refuse it, by table. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
	raw: ['PREROUTING'],
	mangle: ['PREROUTING', 'INPUT'],
	filter: ['INPUT'],
	security: ['INPUT'],
};
const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** Chains on the way in, in what `iptables-save` prints. `program`: the one that changes them, e.g. `ip6tables`. */
export function readIptables(text: string, program: string, family: 4 | 6): InputChain[] {
	const chains: InputChain[] = [];
	for (const part of text.split(/^(?=\*)/m)) {
		const [head = '', ...lines] = part.trim().split('\n');
		const table = head.slice(1);
		const names = head.startsWith('*') ? (CHAINS[table] ?? []) : [];
		const rules = rulesIn(lines);
		for (const name of names) {
			const policy = lines.some((line) => line.startsWith(`:${name} DROP`)) ? 'drop' : 'accept';
			chains.push({ program, table, name, families: [family], policy, chains: rules });
		}
	}
	return chains;
}

function rulesIn(lines: readonly string[]): Map<string, Rule[]> {
	const chains = new Map<string, Rule[]>();
	for (const line of lines) {
		const [add, chain = '', ...words] = wordsOf(line);
		if (add !== '-A') continue;
		const rules = chains.get(chain) ?? [];
		rules.push(ruleOf(words, line));
		chains.set(chain, rules);
	}
	return chains;
}

/** A line of iptables-save in its words; those in quotes may hold spaces. */
export function wordsOf(line: string): string[] {
	const words = line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g);
	return [...words].map(([word, quoted]) => (quoted === undefined ? word : quoted.replaceAll(/\\(.)/g, '$1')));
}

type Test = (packet: Packet) => Match;

function ruleOf(words: readonly string[], line: string): Rule {
	const tests: Test[] = [];
	let verdict: Verdict | undefined;
	for (let at = 0; at < words.length; ) {
		const isNegated = words[at] === '!';
		if (isNegated) at++;
		const option = words[at++] ?? '';
		if (option === '-j' || option === '-g') {
			verdict = verdictOf(words[at] ?? '', option);
			break;
		}
		// A comment may look like anything.
		let end = option === '--comment' ? at + 1 : at;
		while (end < words.length && words[end] !== '!' && !/^--?[a-zA-Z]/.test(words[end] ?? '')) end++;
		const test = testOf(option, words.slice(at, end));
		tests.push(isNegated ? (packet) => not(test(packet)) : test);
		at = end;
	}
	return { words: line, judge: (packet) => ({ match: every(tests.map((test) => test(packet))), verdict }) };
}

function verdictOf(target: string, option: '-j' | '-g'): Verdict | undefined {
	switch (target) {
		case 'ACCEPT':
			return { kind: 'accept' };
		case 'DROP':
			return { kind: 'drop' };
		case 'REJECT':
			return { kind: 'reject' };
		case 'RETURN':
			return { kind: 'return' };
		default:
			// Targets such as LOG look like chains; there is none of their name, so that nothing happens in it.
			return { kind: option === '-j' ? 'jump' : 'goto', chain: target };
	}
}

const yes: Test = () => 'yes';
const no: Test = () => 'no';
const perhaps: Test = () => 'perhaps';

/** What a condition of a rule says about a new TCP connection. */
function testOf(option: string, [value = '', second = '']: readonly string[]): Test {
	switch (option) {
		case '-p':
			return ['tcp', '6', 'all'].includes(value) ? yes : no;
		case '-i':
			return (packet) => comesInBy(value, packet);
		case '-d':
			return EVERYWHERE.includes(value) ? yes : (packet) => goesTo(value, packet);
		case '-s':
			return EVERYWHERE.includes(value) ? yes : perhaps;
		case '-m':
			return MODULES.includes(value) ? yes : perhaps;
		case '--dport':
		case '--dports':
			return ({ port }) => matchIf(value.split(',').some((range) => isIn(port, range)));
		case '--state':
		case '--ctstate':
			return value.split(',').includes('NEW') ? yes : no;
		case '--syn':
			return yes;
		case '--tcp-flags':
			return second === (value === 'ALL' || value.split(',').includes('SYN') ? 'SYN' : 'NONE') ? yes : no;
		// It has not been redirected from another address, and no router on its way was prescribed.
		case '--ctstatus':
		case '--rt-type':
			return no;
		case '--dst-type':
			return value === 'LOCAL' ? yes : no;
		case '--pkt-type':
			return value === 'unicast' ? yes : no;
		// A first connection is below every limit, and its answers leave by the interface that it came in by.
		case '--hashlimit-above':
		case '--connlimit-above':
		case '--invert':
			return no;
		default:
			return /^--(comment|(hash|conn)?limit(-.*)?|icmp(v6)?-type|validmark|loose|accept-local)$/.test(option)
				? yes
				: perhaps;
	}
}

/** Modules whose conditions are all among those above. */
const MODULES = [
	...['tcp', 'udp', 'icmp', 'icmp6', 'ipv6-icmp', 'state', 'conntrack', 'comment', 'multiport', 'limit', 'hashlimit'],
	...['connlimit', 'addrtype', 'pkttype', 'rt', 'rpfilter'],
];

function isIn(port: number, range: string): boolean {
	const [from = '', to = from] = range.split(':');
	return port >= Number(from) && port <= Number(to || 65_535);
}
