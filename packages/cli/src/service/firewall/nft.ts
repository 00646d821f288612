import { reasonOf } from '@oriel/base';
import * as v from 'valibot';
import { comesInBy, every, goesTo, type Match, matchIf, not, type Packet } from './packet.ts';
import type { InputChain, Rule, Verdict } from './ruleset.ts';

const chainShape = v.object({
	family: v.string(),
	table: v.string(),
	name: v.string(),
	type: v.optional(v.string()),
	hook: v.optional(v.string()),
	policy: v.optional(v.string()),
});
const ruleShape = v.object({
	family: v.string(),
	table: v.string(),
	chain: v.string(),
	handle: v.number(),
	comment: v.optional(v.string()),
	expr: v.optional(v.array(v.looseObject({})), []),
});
const listShape = v.object({
	nftables: v.array(v.object({ chain: v.optional(chainShape), rule: v.optional(ruleShape) })),
});

type NftRule = v.InferOutput<typeof ruleShape>;
type Json = unknown;

const FAMILIES: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

/** Hooks that a packet to this machine goes through. */
const HOOKS = ['prerouting', 'input'];

/** Chains on the way in, in what `nft -j list ruleset` prints. Throws if that is something else. */
export function readNft(text: string): InputChain[] {
	const items = itemsIn(text);
	const tables = new Map<string, Map<string, Rule[]>>();
	for (const { rule } of items) {
		if (!rule) continue;
		const table = `${rule.family} ${rule.table}`;
		const chains = tables.get(table) ?? new Map<string, Rule[]>();
		tables.set(table, chains.set(rule.chain, [...(chains.get(rule.chain) ?? []), ruleOf(rule)]));
	}
	return items.flatMap(({ chain }): InputChain[] => {
		const families = FAMILIES[chain?.family ?? ''];
		if (!HOOKS.includes(chain?.hook ?? '') || chain?.type !== 'filter' || !families) return [];
		const table = `${chain.family} ${chain.table}`;
		const policy = chain.policy === 'drop' ? 'drop' : 'accept';
		return [{ program: 'nft', table, name: chain.name, families, policy, chains: tables.get(table) ?? new Map() }];
	});
}

function itemsIn(text: string): v.InferOutput<typeof listShape>['nftables'] {
	try {
		return v.parse(listShape, JSON.parse(text)).nftables;
	} catch (cause) {
		throw new Error(`"nft -j list ruleset" printed something unexpected: ${reasonOf(cause)}`, { cause });
	}
}

function ruleOf({ expr, handle, comment }: NftRule): Rule {
	const words = `${expr.map(wordsOf).join(' ')}${comment === undefined ? '' : ` comment "${comment}"`}`;
	return {
		words,
		handle,
		judge(packet) {
			let verdict: Verdict | undefined;
			const matches: Match[] = [];
			for (const statement of expr) {
				for (const [name, value] of Object.entries(statement)) {
					const said = statementOf(name, value, packet);
					matches.push(said.match);
					verdict = said.verdict ?? verdict;
				}
			}
			return { match: every(matches), verdict };
		},
	};
}

/** Statements that neither choose packets nor decide. */
const SILENT = ['counter', 'log', 'comment', 'mangle', 'notrack', 'quota', 'set', 'last'];

function statementOf(name: string, value: Json, packet: Packet): { match: Match; verdict?: Verdict } {
	const is = (match: Match, verdict?: Verdict) => (verdict ? { match, verdict } : { match });
	switch (name) {
		case 'accept':
		case 'drop':
		case 'reject':
		case 'return':
			return is('yes', { kind: name });
		case 'jump':
		case 'goto':
			return is('yes', { kind: name, chain: String(fieldsOf(value).target) });
		case 'match': {
			const { op, left, right } = fieldsOf(value);
			return is(compare(String(op), left, right, packet));
		}
		case 'vmap':
			return mapped(fieldsOf(value), packet);
		// A module of iptables: its conditions are not shown. Of its targets one refuses.
		case 'xt':
			return isReject(value) ? is('yes', { kind: 'reject' }) : is('perhaps');
		// A first connection is below every limit.
		case 'limit':
		case 'ct count':
			return is(fieldsOf(value).inv === true ? 'no' : 'yes');
		default:
			return is(SILENT.includes(name) ? 'yes' : 'perhaps');
	}
}

function isReject(value: Json): boolean {
	const { type, name } = fieldsOf(value);
	return type === 'target' && name === 'REJECT';
}

/** `tcp dport vmap { 80 : accept }`: the first entry that applies decides. */
function mapped({ key, data }: Record<string, Json>, packet: Packet): { match: Match; verdict?: Verdict } {
	const { set } = fieldsOf(data);
	if (!Array.isArray(set)) return { match: 'perhaps' };
	for (const [right, verdict] of set) {
		const match = compare('==', key, right, packet);
		if (match === 'no') continue;
		const [name = '', value] = Object.entries(fieldsOf(verdict))[0] ?? [];
		return { ...statementOf(name, value, packet), match };
	}
	return { match: 'no' };
}

function compare(op: string, left: Json, right: Json, packet: Packet): Match {
	const match = valueTest(left, packet);
	if (op === '==' || op === 'in') return anyOf(right, match);
	if (op === '!=') return not(anyOf(right, match));
	const numeric = /^[<>]=?$/.test(op) && isPort(left) && typeof right === 'number';
	if (!numeric) return 'perhaps';
	const bounds: Record<string, readonly [number, number]> = {
		'<': [0, right - 1],
		'<=': [0, right],
		'>': [right + 1, 65_535],
		'>=': [right, 65_535],
	};
	return match({ range: bounds[op] });
}

/** One value, a set of them, or a named set whose content is not listed here. */
function anyOf(right: Json, match: (value: Json) => Match): Match {
	const { set } = fieldsOf(right);
	const values = Array.isArray(right) ? right : Array.isArray(set) ? set : [right];
	const matches = values.map((value) => (String(value).startsWith('@') ? 'perhaps' : match(value)));
	if (matches.includes('yes')) return 'yes';
	return matches.includes('perhaps') ? 'perhaps' : 'no';
}

/** Compares what stands on the left of a match, for a new TCP connection. */
function valueTest(left: Json, packet: Packet): (value: Json) => Match {
	const { meta, payload, ct, fib, '&': masked } = fieldsOf(left);
	if (meta) return metaTest(String(fieldsOf(meta).key), packet);
	if (payload) return payloadTest(left, packet);
	if (ct) return connectionTest(String(fieldsOf(ct).key));
	if (fib) return routeTest(String(fieldsOf(fib).result));
	const [flags] = Array.isArray(masked) ? masked : [];
	return fieldsOf(fieldsOf(flags).payload).field === 'flags' ? equals('syn') : () => 'perhaps';
}

function connectionTest(key: string): (value: Json) => Match {
	if (key === 'state') return equals('new');
	// It has not been redirected from another address.
	return key === 'status' ? equals() : () => 'perhaps';
}

function routeTest(result: string): (value: Json) => Match {
	if (result === 'type') return equals('local');
	// Its answers leave by the interface that it came in by: "oif missing" (false) is for forged senders.
	return result === 'oif' ? (value) => (value === false ? 'no' : 'perhaps') : () => 'perhaps';
}

function metaTest(key: string, packet: Packet): (value: Json) => Match {
	switch (key) {
		case 'l4proto':
			return equals('tcp', 6);
		case 'nfproto':
			return equals(`ipv${packet.family}`);
		case 'protocol':
			return equals(packet.family === 4 ? 'ip' : 'ip6');
		case 'iif':
		case 'iifname':
			return (value) => comesInBy(String(value), packet);
		case 'pkttype':
			return equals('host', 'unicast');
		default:
			return () => 'perhaps';
	}
}

function payloadTest(left: Json, packet: Packet): (value: Json) => Match {
	const { protocol, field } = fieldsOf(fieldsOf(left).payload);
	if (protocol === 'ip' || protocol === 'ip6') {
		if (protocol !== (packet.family === 4 ? 'ip' : 'ip6')) return () => 'no';
		if (field === 'protocol' || field === 'nexthdr') return equals('tcp', 6);
		return field === 'daddr' ? (value) => goesTo(networkOf(value), packet) : () => 'perhaps';
	}
	if (isPort(left)) return (value) => matchIf(isIn(packet.port, value));
	if (protocol === 'tcp' && field === 'flags') return equals('syn');
	return protocol === 'tcp' || protocol === 'th' ? () => 'perhaps' : () => 'no';
}

function isPort(left: Json): boolean {
	const { protocol, field } = fieldsOf(fieldsOf(left).payload);
	return (protocol === 'tcp' || protocol === 'th') && field === 'dport';
}

function isIn(port: number, value: Json): boolean {
	const { range } = fieldsOf(value);
	if (!Array.isArray(range)) return port === value;
	const [from, to] = range;
	return port >= Number(from) && port <= Number(to);
}

function networkOf(value: Json): string {
	const { addr, len } = fieldsOf(fieldsOf(value).prefix);
	return addr === undefined ? String(value) : `${addr}/${len}`;
}

function equals(...known: readonly (string | number)[]): (value: Json) => Match {
	return (value) => matchIf(known.includes(value as string | number));
}

function fieldsOf(value: Json): Record<string, Json> {
	return typeof value === 'object' && value !== null ? (value as Record<string, Json>) : {};
}

/** A statement roughly as nft writes it. */
function wordsOf(statement: Record<string, Json>): string {
	const [name = '', value] = Object.entries(statement)[0] ?? [];
	if (name === 'match') {
		const { op, left, right } = fieldsOf(value);
		return `${sideWords(left)} ${op === '==' || op === 'in' ? '' : `${op} `}${sideWords(right)}`;
	}
	if (name === 'vmap') return `${sideWords(fieldsOf(value).key)} vmap …`;
	if (name === 'jump' || name === 'goto') return `${name} ${fieldsOf(value).target}`;
	const { expr, type, name: module } = fieldsOf(value);
	if (name === 'xt') return `xt ${type} "${module}"`;
	return name === 'reject' && type ? `reject with ${[type, expr].filter(Boolean).join(' ')}` : name;
}

/** One side of a match. */
function sideWords(side: Json): string {
	if (Array.isArray(side)) return side.map(sideWords).join(' ');
	const { meta, payload, ct, set, range, prefix } = fieldsOf(side);
	if (payload) return `${fieldsOf(payload).protocol} ${fieldsOf(payload).field}`;
	if (meta) return `${fieldsOf(meta).key}`;
	if (ct) return `ct ${fieldsOf(ct).key}`;
	if (Array.isArray(set)) return `{ ${set.map(sideWords).join(', ')} }`;
	if (Array.isArray(range)) return range.join('-');
	if (prefix) return networkOf(side);
	return typeof side === 'object' ? '…' : String(side);
}
