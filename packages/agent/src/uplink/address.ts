import { AgentError } from '../errors/agent-error.ts';

const SCHEMES: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/** Addresses that do not leave the machine. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/i;

/**
 * Where agents connect on the relay that `relay` names: `https://HOST[:PORT][/PREFIX]`, `http://…`, or `HOST:PORT`, which
 * means https, on loopback http. Throws AgentError `bad-relay`, also for a user name in it: a URL ends up in process lists and logs.
 */
export function agentUrl(relay: string): URL {
	const scheme = LOOPBACK.test(relay) ? 'http' : 'https';
	const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(relay) ? relay : `${scheme}://${relay}`;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const protocol = SCHEMES[url?.protocol ?? ''];
	if (!url || protocol === undefined || url.hostname === '') {
		throw new AgentError('bad-relay', `${JSON.stringify(relay)} is no address of a relay; https://HOST is accepted`);
	}
	if (url.username !== '' || url.password !== '') {
		throw new AgentError(
			'bad-relay',
			'the address of the relay holds a user name or a password; the key goes into a file',
		);
	}
	return new URL(`${protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}/agent`);
}

/** Whether others on the way could read what is sent there: it leaves the machine, and not by TLS. */
export function isOpenLine({ protocol, host }: URL): boolean {
	return protocol === 'ws:' && !LOOPBACK.test(host);
}
