import { isIP } from 'node:net';
import { reasonOf } from '@oriel/base';
import { isPublicAddress, LETS_ENCRYPT } from '@oriel/relay';
import type { Finding } from '../finding.ts';
import type { Check } from './check.ts';
import type { RelayFacts } from './relay-facts.ts';
import { familiesOf, listenersOf } from './sockets.ts';
import type { CaaRecord, MachineView } from './view.ts';

/** The names of the relay: whether they lead to this machine, and whether the authority may issue certificates for them. */
export const names: Check = async (view, relay) => {
	const found = await Promise.all(relay.domains.map((name) => nameFindings(name, view, relay)));
	return found.flat();
};

async function nameFindings(name: string, view: MachineView, relay: RelayFacts): Promise<Finding[]> {
	try {
		const [ipv4, ipv6] = await Promise.all([view.names.addresses(name, 4), view.names.addresses(name, 6)]);
		const address = await addressFinding(name, ipv4, ipv6, view, relay);
		return [address, ...ipv6Findings(name, ipv6, view, relay), ...(await caaFindings(name, view, relay))];
	} catch (failure) {
		const words = `not looked up: the name servers did not answer (${reasonOf(failure)})`;
		return [{ what: name, verdict: 'unknown', words }];
	}
}

async function addressFinding(
	what: string,
	ipv4: readonly string[],
	ipv6: readonly string[],
	view: MachineView,
	{ config: { tls } }: RelayFacts,
): Promise<Finding> {
	const said = tls?.mode === 'auto' ? tls.publicAddress : undefined;
	const own = said ?? (await view.publicAddress()).address;
	const add = `At your DNS provider, set the A record of ${what} to ${own ?? 'the public address of this machine'}.`;
	if (ipv4.length + ipv6.length === 0)
		return { what, verdict: 'bad', words: 'no name server knows an address of it', cure: add };
	if (ipv4.length === 0)
		return { what, verdict: 'poor', words: 'it has no A record: it leads nowhere by IPv4', cure: add };
	const list = ipv4.join(', ');
	if (own === undefined) {
		const words = `leads to ${list}; whether that is this machine is not known here`;
		return { what, verdict: 'unknown', words, cure: "Compare it with the public address in the provider's console." };
	}
	if (isIP(own) === 6) return { what, verdict: 'good', words: `leads to ${list}` };
	if (ipv4.every((address) => address === own))
		return { what, verdict: 'good', words: `leads to ${list}, this machine` };
	return { what, verdict: 'bad', words: `leads to ${list}, but this machine is ${own}`, cure: add };
}

/** The authority and browsers try IPv6 first where a name has an AAAA record. */
function ipv6Findings(name: string, ipv6: readonly string[], view: MachineView, { port }: RelayFacts): Finding[] {
	if (ipv6.length === 0) return [];
	const what = `${name} AAAA`;
	const list = ipv6.join(', ');
	const listeners = listenersOf(view);
	const remove = `At your DNS provider, remove the AAAA record of ${name}`;
	if (listeners && !familiesOf(listeners, port).includes(6)) {
		const words = `leads to ${list}, but the relay does not listen for IPv6, which browsers and the authority try first`;
		return [
			{
				what,
				verdict: 'bad',
				words,
				cure: `${remove}; or start the relay with --host :: and open port ${port} for IPv6.`,
			},
		];
	}
	const own = view.outside.own.filter((address) => isIP(address) === 6 && isPublicAddress(address));
	if (ipv6.every((address) => own.includes(address)))
		return [{ what, verdict: 'good', words: `leads to ${list}, this machine` }];
	const ours = own.length === 0 ? 'this machine has no public IPv6 address' : `this machine is ${own.join(', ')}`;
	return [{ what, verdict: 'bad', words: `leads to ${list}, but ${ours}`, cure: `${remove}, or correct it.` }];
}

/** Who may issue is said by the record closest to the name (RFC 8659). */
async function caaFindings(name: string, view: MachineView, { authority }: RelayFacts): Promise<Finding[]> {
	const what = `${name} CAA`;
	const { at, records } = await closestRecords(name, view);
	const issuers = records.flatMap(({ issue }) => (issue === undefined ? [] : [issue.split(';')[0]?.trim() ?? '']));
	if (issuers.length === 0 || authority === undefined) return [];
	const identities = await identitiesOf(authority, view);
	const [identity] = identities;
	const list = issuers.map((issuer) => issuer || 'no authority').join(', ');
	if (identity === undefined) {
		const words = `allows ${list}; whether ${new URL(authority).host} is among them is not known`;
		return [{ what, verdict: 'unknown', words }];
	}
	if (issuers.some((issuer) => identities.includes(issuer)))
		return [{ what, verdict: 'good', words: `allows ${identity}` }];
	const cure = `At your DNS provider, add this record: ${at}. CAA 0 issue "${identity}"`;
	return [{ what, verdict: 'bad', words: `the CAA record of ${at} allows ${list} only, not ${identity}`, cure }];
}

async function closestRecords(
	name: string,
	{ names: servers }: MachineView,
): Promise<{ at: string; records: readonly CaaRecord[] }> {
	const labels = name.split('.');
	for (let from = 0; from < labels.length - 1; from++) {
		const at = labels.slice(from).join('.');
		const records = await servers.caa(at);
		if (records.length > 0) return { at, records };
	}
	return { at: name, records: [] };
}

async function identitiesOf(authority: string, view: MachineView): Promise<readonly string[]> {
	if (authority === LETS_ENCRYPT) return ['letsencrypt.org'];
	return view.authority(authority).then(
		({ identities }) => identities,
		() => [],
	);
}
