import { isIP } from 'node:net';
import { isHostName, isPublicAddress, type RelayConfig, type TlsConfig } from '@oriel/relay';
import { flag, integer, listOf, type Option, oneOf, text, textLike, type Values } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';

/** Ports unless told otherwise; without the right to open the first, TLS moves to the second. */
export const TLS_PORT = 443;
export const TLS_PORT_FOR_ANYBODY = 8443;
export const PLAIN_PORT = 8080;

const address = textLike('ADDRESS', (value) => isIP(value) !== 0, 'expected an address like 198.51.100.7');
const https = textLike(
	'URL',
	(value) => URL.canParse(value) && new URL(value).protocol === 'https:',
	'expected an https address',
);

/** The options of `oriel relay` that are about certificates. */
export const tlsOptions = {
	tls: {
		kind: oneOf('auto', 'files', 'self-signed', 'off'),
		help: 'where the certificate comes from',
		fallback: 'auto; on loopback or behind --trust-proxy off',
	},
	domain: {
		kind: listOf(textLike('NAME', isHostName, 'expected a name like cam.example.org')),
		help: 'this machine’s name: a certificate for it is ordered from Let’s Encrypt',
	},
	'public-ip': {
		kind: address,
		help: 'this machine’s public address: a certificate for it is ordered if there is no name',
		fallback: 'detected, if the machine or its cloud knows it',
	},
	'tls-cert': { kind: text('FILE'), help: 'your own certificate chain, PEM; read again when it changes' },
	'tls-key': { kind: text('FILE'), help: 'and its key' },
	'http-port': {
		kind: integer('N', 0, 65_535),
		help: 'port that proves the name and sends browsers to https; 0: none',
		fallback: '80',
	},
	'acme-email': { kind: text('ADDRESS'), help: 'contact e-mail address for the certificate authority' },
	'acme-directory': { kind: https, help: 'another certificate authority', fallback: 'Let’s Encrypt' },
	'acme-challenge': {
		kind: oneOf('http-01', 'tls-alpn-01'),
		help: 'the only ACME challenge to use',
		fallback: 'each one that can work, in turn',
	},
	'plain-http': {
		kind: flag,
		help: 'with --tls off: accept that anyone on the network path can read passwords and see the video',
	},
} as const satisfies Record<string, Option<unknown>>;

type Given = Values<typeof tlsOptions> & { readonly host?: string | undefined; readonly 'trust-proxy'?: unknown };

/** What the options say about TLS. Throws UsageError for what contradicts itself or would open a door by accident. */
export function tlsOf(given: Given): Pick<RelayConfig, 'tls' | 'onlyThroughProxy'> {
	const mode = modeOf(given);
	const { 'http-port': port, 'tls-cert': cert, 'tls-key': key } = given;
	if (mode !== 'files' && (cert ?? key) !== undefined)
		throw new UsageError(`--tls ${mode} does not go with --tls-cert`);
	if (mode !== 'auto') refuseOrdering(given, mode);
	if (mode === 'off') return plainOf(given);
	if (given['plain-http']) throw new UsageError('--plain-http goes with --tls off');
	const httpPort = port === undefined ? {} : { httpPort: port === 0 ? null : port };
	if (mode === 'self-signed') return { tls: { mode, ...httpPort } as TlsConfig };
	if (mode === 'auto') return { tls: { mode, ...orderOf(given), ...httpPort } as TlsConfig };
	if (cert !== undefined && key !== undefined) return { tls: { mode, cert, key, ...httpPort } as TlsConfig };
	throw new UsageError('--tls-cert FILE and --tls-key FILE go together');
}

function modeOf(given: Given): 'auto' | 'files' | 'self-signed' | 'off' {
	if (given.tls) return given.tls;
	if ((given['tls-cert'] ?? given['tls-key']) !== undefined) return 'files';
	if ((given.domain ?? given['public-ip']) !== undefined) return 'auto';
	return isLoopback(given.host) || given['trust-proxy'] !== undefined || given['plain-http'] ? 'off' : 'auto';
}

/** Plain HTTP is for loopback, for a proxy that has the certificate, or for those who say that they want it. */
function plainOf(given: Given): Pick<RelayConfig, 'onlyThroughProxy'> {
	if (isLoopback(given.host) || given['plain-http']) return {};
	if (given['trust-proxy'] !== undefined) return { onlyThroughProxy: true };
	throw new UsageError(
		'--tls off lets anyone on the network path read passwords and see the video. Add --trust-proxy CIDR if a proxy in front has the certificate, --host 127.0.0.1 to serve only this machine, or --plain-http to accept the risk',
	);
}

function refuseOrdering(given: Given, mode: string): void {
	for (const name of ['domain', 'public-ip', 'acme-email', 'acme-directory', 'acme-challenge'] as const) {
		if (given[name] !== undefined)
			throw new UsageError(`--${name} is for ordering a certificate; --tls ${mode} orders none`);
	}
}

function orderOf(given: Given): Record<string, unknown> {
	const { domain, 'public-ip': publicAddress, 'acme-directory': directory } = given;
	if (publicAddress !== undefined && directory === undefined && !isPublicAddress(publicAddress)) {
		throw new UsageError(
			`--public-ip: ${publicAddress} is not a public address; a certificate authority issues none for it`,
		);
	}
	return Object.fromEntries(
		Object.entries({
			domains: domain && [...domain],
			publicAddress,
			directory,
			email: given['acme-email'],
			challenge: given['acme-challenge'],
		}).filter(([, value]) => value !== undefined),
	);
}

function isLoopback(host: string | undefined): boolean {
	return host !== undefined && /^(localhost|127\.[\d.]+|::1)$/.test(host);
}
