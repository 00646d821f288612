import { BlockList, isIP } from 'node:net';

/** The first packet of a connection from another machine, as a rule sees it. */
export interface Packet {
	readonly family: 4 | 6;
	/** TCP, to this port. */
	readonly port: number;
	/** Where it comes in: the interface of the default route; undefined: not known. */
	readonly interface: string | undefined;
	/** Addresses of this machine. */
	readonly own: readonly string[];
}

/** Whether a rule applies. `perhaps`: to some senders only, or it could not be read. */
export type Match = 'yes' | 'no' | 'perhaps';

/** All of several conditions. */
export function every(matches: Iterable<Match>): Match {
	let all: Match = 'yes';
	for (const match of matches) {
		if (match === 'no') return 'no';
		if (match === 'perhaps') all = 'perhaps';
	}
	return all;
}

export function not(match: Match): Match {
	if (match === 'perhaps') return match;
	return match === 'yes' ? 'no' : 'yes';
}

export function matchIf(is: boolean): Match {
	return is ? 'yes' : 'no';
}

/** Whether the packet comes in by this interface; `eth+` and `eth*` are all that begin so. */
export function comesInBy(name: string, { interface: own }: Packet): Match {
	if (name === 'lo') return 'no';
	if (own === undefined) return 'perhaps';
	const begin = /^(.*)[+*]$/.exec(name)?.[1];
	return matchIf(begin === undefined ? name === own : own.startsWith(begin));
}

/** Whether the packet is for this address or network. */
export function goesTo(network: string, { family, own }: Packet): Match {
	const addresses = own.filter((address) => isIP(address) === family);
	if (addresses.length === 0) return 'perhaps';
	const [address = '', bits = family === 4 ? '32' : '128'] = network.split('/');
	if (isIP(address) !== family || !/^\d+$/.test(bits)) return 'perhaps';
	const type = family === 4 ? 'ipv4' : 'ipv6';
	const list = new BlockList();
	list.addSubnet(address, Number(bits), type);
	const inside = addresses.filter((one) => list.check(one, type));
	// A machine may have addresses that are not for everyone.
	if (inside.length > 0 && inside.length < addresses.length) return 'perhaps';
	return matchIf(inside.length > 0);
}
