import { networkInterfaces } from 'node:os';

/** Addresses under which a program that listens on `host` can be reached, the likeliest first. */
export function reachableAt(host: string, port: number, scheme: 'http' | 'https' = 'http'): string[] {
	const wildcard = host === '0.0.0.0' || host === '::';
	const hosts = wildcard ? [...outsideAddresses(), 'localhost'] : [host];
	return hosts.map((name) => addressOf(name, port, scheme));
}

/** The address of a page on a host; the usual port is left out. */
export function addressOf(host: string, port: number, scheme: 'http' | 'https'): string {
	const usual = port === (scheme === 'https' ? 443 : 80);
	return `${scheme}://${host.includes(':') ? `[${host}]` : host}${usual ? '' : `:${port}`}`;
}

function outsideAddresses(): string[] {
	return Object.values(networkInterfaces())
		.flatMap((addresses) => addresses ?? [])
		.filter(({ family, internal }) => family === 'IPv4' && !internal)
		.map(({ address }) => address);
}
