import { reasonOf } from '@oriel/base';
import { readIptables } from './iptables.ts';
import type { Look } from './look.ts';
import { readNft } from './nft.ts';
import { comesInBy, type Packet } from './packet.ts';
import { fateOf, type InputChain, type Refusal } from './ruleset.ts';

/** A machine's own firewall. */
export interface Firewall {
	/** All chains that a packet to this machine goes through. */
	readonly chains: readonly InputChain[];
	/** Why its rules could not be read; undefined: all of them are in `chains`. */
	readonly unread: string | undefined;
	/** The program that writes the rules and would overwrite others. */
	readonly manager: 'firewalld' | 'ufw' | undefined;
}

export interface FirewallSource {
	readonly look: Look;
	/** A file's text; undefined if it is not there or cannot be read. */
	readonly read: (path: string) => string | undefined;
}

/** Tables of which iptables has a view of its own; nft shows the same rules, but not all of their conditions. */
const IPTABLES_TABLE = /^(ip6?) (raw|filter|mangle|security)$/;

/** Reads the rules by the programs that have made them. Needs root. */
export function readFirewall({ look, read }: FirewallSource): Firewall {
	const manager = managerOf(look);
	const listings = iptablesPrograms(read).map(({ program, family }) => {
		const text = look(`${program}-save`);
		return { family, text, chains: text === undefined ? [] : readIptables(text, program, family) };
	});
	const nft = look('nft', '-j', 'list', 'ruleset');
	if (nft === undefined && listings.every(({ text }) => text === undefined))
		return { chains: [], unread: whyUnread(look), manager };
	try {
		const iptables = listings.flatMap(({ chains }) => chains);
		const native = (nft === undefined ? [] : readNft(nft)).filter(({ table }) => !isAmong(iptables, table));
		return { chains: [...iptables, ...native], unread: undefined, manager };
	} catch (failure) {
		return { chains: [], unread: reasonOf(failure), manager };
	}
}

function isAmong(chains: readonly InputChain[], nftTable: string): boolean {
	const [, family, table] = IPTABLES_TABLE.exec(nftTable) ?? [];
	const number = family === 'ip6' ? 6 : 4;
	return chains.some((chain) => chain.table === table && chain.families.includes(number));
}

/** The kernel has two sets of tables for iptables; the older one has none unless its own program made them. */
function iptablesPrograms(read: FirewallSource['read']): { program: string; family: 4 | 6 }[] {
	const hasLegacy = (file: string) => (read(`/proc/net/${file}`) ?? '').trim() !== '';
	return [
		{ program: 'iptables', family: 4 },
		{ program: 'ip6tables', family: 6 },
		...(hasLegacy('ip_tables_names') ? [{ program: 'iptables-legacy', family: 4 } as const] : []),
		...(hasLegacy('ip6_tables_names') ? [{ program: 'ip6tables-legacy', family: 6 } as const] : []),
	];
}

function managerOf(look: Look): Firewall['manager'] {
	if (look('firewall-cmd', '--state') !== undefined) return 'firewalld';
	return look('ufw', 'status')?.includes('Status: active') ? 'ufw' : undefined;
}

function whyUnread(look: Look): string {
	const isThere = look('nft', '--version') ?? look('iptables', '--version');
	if (isThere === undefined) return 'neither nft nor iptables is installed here';
	return 'reading its rules needs root (in a container also CAP_NET_ADMIN)';
}

/** What keeps new connections to a port out, and rules that decide otherwise for some senders. */
export interface Passage {
	readonly refusals: readonly Refusal[];
	readonly exceptions: readonly string[];
}

/** Follows a packet through all chains: each of them can refuse it. */
export function passageOf(packet: Packet, { chains }: Pick<Firewall, 'chains'>): Passage {
	const fates = chains.filter(({ families }) => families.includes(packet.family)).map((chain) => fateOf(packet, chain));
	return {
		refusals: fates.flatMap(({ refusal }) => refusal ?? []),
		exceptions: fates.flatMap(({ exceptions }) => exceptions),
	};
}

/** Where connections from other machines come in. */
export interface Outside {
	readonly interface: string | undefined;
	readonly own: readonly string[];
}

/** `own`: the addresses of this machine. */
export function outsideOf(read: FirewallSource['read'], own: readonly string[]): Outside {
	const routes = (read('/proc/net/route') ?? '').split('\n').map((line) => line.split('\t'));
	const ordinary = routes.find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
	return { interface: ordinary?.[0] ?? ipv6Interface(read), own };
}

function ipv6Interface(read: FirewallSource['read']): string | undefined {
	const routes = (read('/proc/net/ipv6_route') ?? '').split('\n').map((line) => line.trim().split(/\s+/));
	const found = routes.find(([destination, bits, , , , , , , , name]) => {
		const isDefault = destination === '0'.repeat(32) && bits === '00';
		return (
			isDefault && name !== undefined && comesInBy(name, { family: 6, port: 0, interface: name, own: [] }) === 'yes'
		);
	});
	return found?.[9];
}
