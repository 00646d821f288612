import type { Match, Packet } from './packet.ts';

/** What a rule does with a packet that it applies to. */
export type Verdict =
	| { readonly kind: 'accept' | 'drop' | 'reject' | 'return' }
	| { readonly kind: 'jump' | 'goto'; readonly chain: string };

export interface Rule {
	/** As its own program writes it. */
	readonly words: string;
	/** What nft calls it. */
	readonly handle?: number;
	/** Whether it applies, and what it then does; undefined: nothing that matters here. */
	judge(packet: Packet): { readonly match: Match; readonly verdict: Verdict | undefined };
}

/** One chain that every packet to this machine goes through, with the chains that it calls. */
export interface InputChain {
	/** The program that changes it: `iptables`, `ip6tables-legacy`, `nft`. */
	readonly program: string;
	/** Its table as that program names it: `filter`, `inet firewalld`. */
	readonly table: string;
	readonly name: string;
	/** The families that it sees. */
	readonly families: readonly (4 | 6)[];
	readonly policy: 'accept' | 'drop';
	readonly chains: ReadonlyMap<string, readonly Rule[]>;
}

/** A rule, or the policy, that keeps a packet out. */
export interface Refusal {
	readonly chain: InputChain;
	/** `drop`: the sender hears nothing. */
	readonly kind: 'drop' | 'reject';
	/** Place in the input chain of the rule that leads to it; undefined: the policy does. */
	readonly at: number | undefined;
	/** The rule as its own program writes it. */
	readonly words: string;
}

/** What becomes of a packet in one chain. */
export interface Fate {
	/** undefined: it is let in. */
	readonly refusal: Refusal | undefined;
	/** Rules before that which decide otherwise for some senders, or which could not be read. */
	readonly exceptions: readonly string[];
}

/** Chains do not call themselves, but a damaged listing must not either. */
const MAX_DEPTH = 32;

type Outcome = { readonly kind: 'accept' | 'drop' | 'reject'; readonly words: string } | 'return';

/** Follows a packet through an input chain. */
export function fateOf(packet: Packet, chain: InputChain): Fate {
	const exceptions: { isOpen: boolean; words: string }[] = [];
	const walk = (name: string, depth: number): Outcome => {
		for (const rule of depth < MAX_DEPTH ? (chain.chains.get(name) ?? []) : []) {
			const outcome = step(rule, depth);
			if (outcome !== 'next') return outcome;
		}
		return 'return';
	};
	const step = (rule: Rule, depth: number): Outcome | 'next' => {
		const { match, verdict } = rule.judge(packet);
		if (match === 'no' || !verdict) return 'next';
		const outcome = 'chain' in verdict ? walk(verdict.chain, depth + 1) : outcomeOf(verdict.kind, rule);
		if (match === 'perhaps') {
			if (outcome !== 'return') exceptions.push({ isOpen: outcome.kind === 'accept', words: rule.words });
			return 'next';
		}
		return outcome === 'return' && verdict.kind === 'jump' ? 'next' : outcome;
	};
	const end = (refusal: Refusal | undefined): Fate => {
		const isOpen = refusal === undefined;
		return { refusal, exceptions: exceptions.filter((one) => one.isOpen !== isOpen).map(({ words }) => words) };
	};
	for (const [at, rule] of (chain.chains.get(chain.name) ?? []).entries()) {
		const outcome = step(rule, 0);
		if (outcome === 'next') continue;
		if (outcome === 'return') break;
		const { kind, words } = outcome;
		return end(kind === 'accept' ? undefined : { chain, kind, at, words });
	}
	if (chain.policy === 'accept') return end(undefined);
	return end({ chain, kind: 'drop', at: undefined, words: `the policy of ${chain.name}: drop` });
}

function outcomeOf(kind: 'accept' | 'drop' | 'reject' | 'return', { words }: Rule): Outcome {
	return kind === 'return' ? 'return' : { kind, words };
}
