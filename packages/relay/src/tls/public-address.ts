import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { type Clock, type Millis, sleep } from '@oriel/base';
import { AddressRanges } from '../http/address-range.ts';

/** Metadata services answer from the same rack; one that does not exist does not answer at all. */
const ASK_TIMEOUT_MS: Millis = 1500;
/** Where clouds tell a machine about itself: a link-local address that leaves no network. */
const METADATA = 'http://169.254.169.254';

/** Addresses that cannot be reached from outside (RFC 6890 and what has come since). */
const NOT_PUBLIC = new AddressRanges([
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
	...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
	...['::/128', '::1/128', '64:ff9b:1::/48', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
]);

/** Whether people anywhere may be able to reach this address. */
export function isPublicAddress(address: string): boolean {
	return isIP(address) !== 0 && !NOT_PUBLIC.has(address);
}

/** One way of asking a cloud for the machine's public address. */
interface Cloud {
	/** As the firmware names the maker, or the chassis (DMI). */
	readonly maker: RegExp;
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** A request that must come first and whose answer is sent along. */
	readonly token?: { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly as: string };
}

const CLOUDS: readonly Cloud[] = [
	{
		maker: /amazon/i,
		path: '/latest/meta-data/public-ipv4',
		token: {
			path: '/latest/api/token',
			headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
			as: 'x-aws-ec2-metadata-token',
		},
	},
	{
		maker: /google/i,
		path: '/computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip',
		headers: { 'metadata-flavor': 'Google' },
	},
	{
		// Azure's asset tag; its maker's name alone is on many a desk.
		maker: /7783-7084-3265-9085-8269-3286-77/,
		path: '/metadata/instance/network/interface/0/ipv4/ipAddress/0/publicIpAddress?api-version=2021-02-01&format=text',
		headers: { metadata: 'true' },
	},
	{ maker: /hetzner/i, path: '/hetzner/v1/metadata/public-ipv4' },
	{ maker: /digitalocean/i, path: '/metadata/v1/interfaces/public/0/ipv4/address' },
];
const ORACLE = /oraclecloud/i;

/** What is known of the machine without asking another one. */
export interface Machine {
	/** As `os.networkInterfaces()` gives them. */
	readonly interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;
	/** What its firmware says of its maker and chassis; '' where nothing does. */
	readonly maker: string;
	/** For tests. */
	readonly metadata?: string;
}

export interface Found {
	readonly address: string | undefined;
	/** Why there is none, and what the owner can do. */
	readonly words: string;
}

/**
 * The machine's public IPv4 address: that of an interface, or what the cloud's metadata service says. No service outside of
 * the cloud is asked. IPv6 is not looked for: home networks have it and let no connection in.
 */
export async function findPublicAddress(machine: Machine, clock: Clock): Promise<Found> {
	const own = Object.values(machine.interfaces)
		.flatMap((addresses) => addresses ?? [])
		.find(({ family, internal, address }) => family === 'IPv4' && !internal && isPublicAddress(address));
	if (own) return { address: own.address, words: '' };
	const cloud = CLOUDS.find(({ maker }) => maker.test(machine.maker));
	const told = cloud && (await ask(machine, cloud, clock).catch(() => undefined));
	if (told !== undefined && isPublicAddress(told)) return { address: told, words: '' };
	return { address: undefined, words: wordsFor(machine.maker, cloud !== undefined) };
}

function wordsFor(maker: string, asked: boolean): string {
	const remedy = 'say it with --public-ip ADDRESS, or give the machine a name with --domain NAME';
	if (ORACLE.test(maker)) return `Oracle's cloud does not tell a machine its public address; ${remedy}`;
	if (asked) return `the cloud's metadata service tells no public address of this machine; if it has one, ${remedy}`;
	return `this machine has no public address of its own; if one leads to it, ${remedy}`;
}

async function ask(machine: Machine, { path, headers, token }: Cloud, clock: Clock): Promise<string> {
	const more = token ? { [token.as]: await answer(machine, clock, 'PUT', token.path, token.headers) } : {};
	return answer(machine, clock, 'GET', path, { ...headers, ...more });
}

async function answer(
	{ metadata = METADATA }: Machine,
	clock: Clock,
	method: 'GET' | 'PUT',
	path: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<string> {
	const late = new AbortController();
	const done = new AbortController();
	void sleep(clock, ASK_TIMEOUT_MS, done.signal).then(() => late.abort());
	try {
		const response = await fetch(`${metadata}${path}`, { method, headers, redirect: 'error', signal: late.signal });
		if (!response.ok) throw new Error(`status ${response.status}`);
		return (await response.text()).trim();
	} finally {
		done.abort();
	}
}
