import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Clock, reasonOf, systemCode } from '@oriel/base';
import { lookAtCertificate } from './certificate.ts';
import type { Finding } from './finding.ts';
import { type ReachOptions, reach, type Target } from './reach.ts';

const HTTP_PORT = 80;
const TLS_PORT = 443;

export interface OutsideOptions {
	/** Of a self-signed relay, as the camera knows it. */
	readonly pin?: string | undefined;
	/** For tests: the addresses of a name, the likeliest first. */
	readonly addressesOf?: (host: string) => Promise<readonly Pick<Target, 'address' | 'family'>[]>;
	readonly reaching?: Pick<ReachOptions, 'open' | 'routeTo'>;
}

/** Looks at a relay as another machine sees it: each family of addresses by its own, and its certificate. */
export async function lookFromOutside(url: URL, clock: Clock, options: OutsideOptions = {}): Promise<Finding[]> {
	const { addressesOf = lookUp, reaching = {}, pin } = options;
	const host = url.hostname.replace(/^\[|\]$/g, '');
	const isTls = url.protocol === 'https:';
	const port = Number(url.port) || (isTls ? TLS_PORT : HTTP_PORT);
	let addresses: readonly Pick<Target, 'address' | 'family'>[];
	try {
		addresses = firstOfEach(await addressesOf(host));
	} catch (failure) {
		return [unknownName(host, failure)];
	}
	const own = ownAddresses();
	const at = (target: Target, isNeeded: boolean) =>
		reach(target, clock, { ...reaching, isNeeded, isOwn: own.has(target.address) || isLoopback(target.address) });
	const open = await Promise.all(addresses.map((address) => at({ ...address, port }, true)));
	const isPlainToo = isTls && port === TLS_PORT;
	const plain = isPlainToo ? await Promise.all(addresses.map((to) => at({ ...to, port: HTTP_PORT }, false))) : [];
	const isThere = ({ verdict, words }: Finding) => verdict === 'good' || / answers, but/.test(words);
	const reached = addresses[open.findIndex(isThere)];
	const ports = [...(reached ? open.map(onlyOneFamily) : open), ...plain];
	if (!reached) return ports;
	return [...ports, isTls ? await lookAtCertificate({ ...reached, port, host, pin }, clock) : inTheClear()];
}

/** A relay that answers by one family works; the other costs time, and certificates. */
function onlyOneFamily(finding: Finding): Finding {
	if (finding.verdict !== 'bad') return finding;
	const record = finding.what.endsWith('6') ? 'AAAA' : 'A';
	const cure = `${finding.cure}; or remove the ${record} record of the name.`;
	return { ...finding, verdict: 'poor', cure };
}

async function lookUp(host: string): Promise<Pick<Target, 'address' | 'family'>[]> {
	const family = isIP(host);
	if (family === 4 || family === 6) return [{ address: host, family }];
	const found = await lookup(host, { all: true });
	return found.map(({ address, family: number }) => ({ address, family: number === 6 ? 6 : 4 }));
}

function firstOfEach(addresses: readonly Pick<Target, 'address' | 'family'>[]): Pick<Target, 'address' | 'family'>[] {
	return ([4, 6] as const).flatMap((number) => addresses.find(({ family }) => family === number) ?? []);
}

function unknownName(host: string, failure: unknown): Finding {
	const code = systemCode(failure);
	if (code === 'ENOTFOUND') {
		const cure = 'Is it spelled right, and has it reached the name servers?';
		return { what: host, verdict: 'bad', words: 'no name server knows an address of it', cure };
	}
	const words = `not tried: the name servers did not answer (${reasonOf(failure)})`;
	return { what: host, verdict: 'unknown', words, cure: 'Check the network of this machine.' };
}

function ownAddresses(): Set<string> {
	const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
	return new Set(all.map(({ address }) => address));
}

function isLoopback(address: string): boolean {
	return address.startsWith('127.') || address === '::1';
}

function inTheClear(): Finding {
	return {
		what: 'certificate',
		verdict: 'poor',
		words: 'plain HTTP: anyone on the network path can read the password and see the video',
		cure: 'Start the relay without --tls off, or put a proxy with a certificate in front of it.',
	};
}
