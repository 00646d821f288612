import { describe, expect, it } from 'vitest';
import { listOf, text } from '../options/option.ts';
import { readOptions } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { tlsOf, tlsOptions } from './relay-tls.ts';

const options = {
	...tlsOptions,
	host: { kind: text('ADDR'), help: '' },
	'trust-proxy': { kind: listOf(text('CIDR')), help: '' },
};
const said = async (line: string) => tlsOf((await readOptions(options, line.split(' ').filter(Boolean), {})).values);

const good: readonly [line: string, expected: object, why: string][] = [
	['', { tls: { mode: 'auto' } }, 'nothing said, on all addresses: a certificate'],
	['--host 192.168.1.4', { tls: { mode: 'auto' } }, 'also inside of a network'],
	['--host 127.0.0.1', {}, 'loopback: no network on the way'],
	['--host localhost', {}, 'by its name'],
	['--host 127.0.0.1 --tls auto', { tls: { mode: 'auto' } }, 'unless asked for'],
	['--domain cam.example.org', { tls: { mode: 'auto', domains: ['cam.example.org'] } }, 'a name'],
	[
		'--public-ip 54.1.2.3 --http-port 0',
		{ tls: { mode: 'auto', publicAddress: '54.1.2.3', httpPort: null } },
		'an address',
	],
	['--tls-cert a --tls-key b', { tls: { mode: 'files', cert: 'a', key: 'b' } }, 'own files'],
	['--tls self-signed --http-port 8081', { tls: { mode: 'self-signed', httpPort: 8081 } }, 'self-signed'],
	['--trust-proxy 10.0.0.0/8', { onlyThroughProxy: true }, 'behind a proxy: only through it'],
	['--tls off --trust-proxy 10.0.0.0/8', { onlyThroughProxy: true }, 'the same, said twice'],
	['--tls off --plain-http', {}, 'plain, because it was asked for'],
	['--plain-http', {}, 'the same'],
	['--tls auto --trust-proxy 10.0.0.0/8', { tls: { mode: 'auto' } }, 'TLS up to the relay itself'],
];

describe('what the options say about TLS', () => {
	it.each(good)('%s: %j (%s)', async (line, expected) => {
		expect(await said(line)).toEqual(expected);
	});

	it.each([
		['--tls off', /lets anyone on the network path read passwords and see the video/],
		['--tls off --host 0.0.0.0', /--plain-http to accept the risk/],
		['--tls-cert a', /go together/],
		['--tls files', /go together/],
		['--tls off --tls-cert a --tls-key b --plain-http', /does not go with --tls-cert/],
		['--tls self-signed --domain cam.example.org', /--domain is for ordering a certificate/],
		['--tls auto --plain-http', /--plain-http goes with --tls off/],
		['--public-ip 192.168.1.4', /is not a public address/],
		['--domain https://cam.example.org', /expected a name like cam\.example\.org/],
		['--acme-directory http://x', /https/],
	])('%s is refused', async (line, words) => {
		await expect(said(line)).rejects.toThrow(words);
		await expect(said(line)).rejects.toThrow(UsageError);
	});
});
