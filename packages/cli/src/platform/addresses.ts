import { networkInterfaces } from 'node:os';

/** Addresses under which a program that listens on `host` can be reached, the likeliest first. */
export function reachableAt(host: string, port: number): string[] {
	const wildcard = host === '0.0.0.0' || host === '::';
	const hosts = wildcard ? [...outsideAddresses(), 'localhost'] : [host];
	return hosts.map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${port}`);
}

function outsideAddresses(): string[] {
	return Object.values(networkInterfaces())
		.flatMap((addresses) => addresses ?? [])
		.filter(({ family, internal }) => family === 'IPv4' && !internal)
		.map(({ address }) => address);
}
