import { reasonOf, systemCode } from '@oriel/base';

export type NetworkTrouble = 'refused' | 'unknown-name' | 'unreachable' | 'timed-out' | 'certificate' | 'broken';

/** Whom we wanted to talk to. */
export interface Peer {
	/** What it should be, for people: `relay`, `camera`. */
	readonly kind: string;
	/** Without port and without brackets around an IPv6 address. */
	readonly host: string;
	readonly port: number;
}

const TROUBLE_OF_CODE: Readonly<Record<string, NetworkTrouble>> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'unknown-name',
	EAI_AGAIN: 'unknown-name',
	EHOSTUNREACH: 'unreachable',
	ENETUNREACH: 'unreachable',
	ENETDOWN: 'unreachable',
	ETIMEDOUT: 'timed-out',
	CERT_HAS_EXPIRED: 'certificate',
	CERT_NOT_YET_VALID: 'certificate',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
	SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
	UNABLE_TO_GET_ISSUER_CERT: 'certificate',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
	ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
};

/** Of several addresses that were tried, the one that got furthest says most: a refusal comes from the machine itself. */
const MOST_TELLING: readonly NetworkTrouble[] = ['refused', 'timed-out', 'unreachable'];

/**
 * What a system error of Node's sockets means, in our words. What is not known counts as a broken connection. Of a name
 * with several addresses (IPv6 and IPv4), which are tried in turn, the most telling.
 */
export function networkTrouble(thrown: unknown): NetworkTrouble {
	const tried = attemptsIn(thrown).map(({ trouble }) => trouble);
	const telling = MOST_TELLING.find((trouble) => tried.includes(trouble));
	return telling ?? TROUBLE_OF_CODE[systemCode(thrown) ?? ''] ?? 'broken';
}

/** One line for people about a connection that failed. It tells of every address that was tried, and of no other. */
export function networkWords(thrown: unknown, peer: Peer): string {
	const attempts = attemptsIn(thrown);
	if (attempts.length > 1) {
		const each = attempts.map(({ trouble, place }) => `${place} ${ATTEMPT_WORDS[trouble] ?? 'failed'}`);
		return `no connection to the ${peer.kind} ${peer.host}: ${each.join('; ')}`;
	}
	const place = placeOf(peer);
	switch (networkTrouble(thrown)) {
		case 'refused':
			return `nothing listens at ${place}; is the ${peer.kind} running?`;
		case 'unknown-name':
			return `the name ${peer.host} is not known here; is it spelled right, and is there a network?`;
		case 'unreachable':
			return `there is no way from here to ${place}; is there a network?`;
		case 'timed-out':
			return `${place} does not answer; is the ${peer.kind} switched on, and does a firewall let us through?`;
		case 'certificate':
			return `the TLS certificate of ${place} is not good: ${reasonOf(thrown)} (${systemCode(thrown)})`;
		case 'broken':
			return `the connection to ${place} broke: ${reasonOf(thrown)}`;
	}
}

const ATTEMPT_WORDS: Readonly<Partial<Record<NetworkTrouble, string>>> = {
	refused: 'refused it (nothing listens there)',
	'timed-out': 'did not answer in time',
	unreachable: 'cannot be reached from here',
};

interface Attempt {
	readonly trouble: NetworkTrouble;
	readonly place: string;
}

/** Node tries the addresses of a name one after the other, and tells of all of them in one error. */
function attemptsIn(thrown: unknown): Attempt[] {
	if (!(thrown instanceof AggregateError)) return [];
	return thrown.errors.flatMap((error: { readonly address?: unknown; readonly port?: unknown }) => {
		const { address, port } = error;
		if (typeof address !== 'string' || typeof port !== 'number') return [];
		return [{ trouble: networkTrouble(error), place: placeOf({ kind: '', host: address, port }) }];
	});
}

/** `host:port`, with brackets where they are needed. */
export function placeOf({ host, port }: Peer): string {
	return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
	...{ 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 },
	...{ 'rtsp:': 554, 'rtsps:': 322 },
};

/** The peer that a URL names. Nothing but host and port is taken from it: the rest may hold secrets. */
export function peerOf(url: URL, kind: string): Peer {
	const port = url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port);
	return { kind, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
