import type { IncomingMessage } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressRanges, isAddressRange } from './address-range.ts';
import { Peers } from './peer.ts';

interface Asking {
	readonly from: string;
	readonly headers?: Record<string, string>;
	readonly encrypted?: boolean;
}

function asking({ from, headers = {}, encrypted }: Asking): IncomingMessage {
	return { httpVersion: '1.1', socket: { remoteAddress: from, encrypted }, headers } as unknown as IncomingMessage;
}

const proxies = new Peers(['10.0.0.0/8', '127.0.0.1', '2001:db8:7::/48']);

describe('the address of the client', () => {
	it.each([
		['203.0.113.9', '198.51.100.1', '203.0.113.9', 'a stranger is not believed'],
		['10.0.0.2', '198.51.100.1', '198.51.100.1', 'a named proxy is'],
		['::ffff:10.0.0.2', '198.51.100.1', '198.51.100.1', 'also as IPv4 inside of IPv6'],
		['10.0.0.2', '', '10.0.0.2', 'a proxy that says nothing speaks for itself'],
		[
			'10.0.0.2',
			'1.1.1.1, 198.51.100.1',
			'198.51.100.1',
			'what stands before the first stranger is the stranger’s own',
		],
		['10.0.0.2', '198.51.100.1, 10.0.0.3', '198.51.100.1', 'two named proxies in a row'],
		['10.0.0.2', '1.1.1.1, nonsense', '10.0.0.2', 'what is no address ends the chain'],
		['10.0.0.2', '198.51.100.1:4711', '198.51.100.1', 'with a port'],
		['10.0.0.2', '[2001:db8::7]:4711', '2001:db8::7', 'IPv6 with a port'],
		['10.0.0.2', '10.0.0.4, 10.0.0.3', '10.0.0.4', 'only proxies: the farthest'],
		['127.0.0.1', '198.51.100.1', '198.51.100.1', 'loopback, because it was named'],
	])('from %s saying "%s" is %s: %s', (from, said, address) => {
		expect(proxies.addressOf(asking({ from, headers: said === '' ? {} : { 'x-forwarded-for': said } }))).toBe(address);
	});

	it('is the socket’s on loopback too, as long as no proxy was named', () => {
		const request = asking({ from: '127.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } });
		expect(new Peers().addressOf(request)).toBe('127.0.0.1');
	});

	it('never comes from a header of a stranger, whatever it holds', () => {
		void fc.assert(
			fc.property(fc.string(), (said) => {
				expect(proxies.addressOf(asking({ from: '203.0.113.9', headers: { 'x-forwarded-for': said } }))).toBe(
					'203.0.113.9',
				);
			}),
		);
	});
});

describe('whether a request came by TLS', () => {
	it.each([
		[{ from: '203.0.113.9', encrypted: true }, true],
		[{ from: '203.0.113.9' }, false],
		[{ from: '203.0.113.9', headers: { 'x-forwarded-proto': 'https' } }, false],
		[{ from: '10.0.0.2', headers: { 'x-forwarded-proto': 'https' } }, true],
		[{ from: '10.0.0.2', headers: { 'x-forwarded-proto': 'https, http' } }, false],
		[{ from: '10.0.0.2' }, false],
	])('%o: %s', (request, secure) => {
		expect(proxies.isSecure(asking(request))).toBe(secure);
	});
});

describe('whether a program of this machine asks', () => {
	const none = new Peers();
	const host = '127.0.0.1:8080';

	it.each([
		[none, { from: '::ffff:127.0.0.1', headers: { host } }, true],
		[none, { from: '::1', headers: { host } }, true],
		[none, { from: '10.0.0.2', headers: { host } }, false],
		[proxies, { from: '127.0.0.1', headers: { host } }, false],
	])('%#: %o %s', (peers, request, local) => {
		expect(peers.isLocal(asking(request))).toBe(local);
	});

	it.each([
		['127.0.0.1', true],
		['127.8.9.10:1', true],
		['[::1]:8080', true],
		['localhost', true],
		['LocalHost:8080', true],
		['evil.example', false],
		['evil.example:8080', false],
		['127.0.0.1.evil.example', false],
		['localhost.evil.example', false],
		['evil@127.0.0.1', false],
		['127.0.0.1:x', false],
		['0.0.0.0', false],
		['', false],
		[undefined, false],
	])('by the name %j: %s', (name, local) => {
		const headers = name === undefined ? {} : { host: name };
		expect(none.isLocal(asking({ from: '127.0.0.1', headers }))).toBe(local);
	});

	it.each([
		'x-forwarded-for',
		'x-forwarded-host',
		'forwarded',
		'via',
		'x-real-ip',
		'true-client-ip',
		'cf-ray',
		'origin',
		'referer',
		'cookie',
		'sec-fetch-site',
		'sec-fetch-mode',
		'sec-ch-ua',
	])('not with the header %s', (name) => {
		expect(none.isLocal(asking({ from: '127.0.0.1', headers: { host, [name]: '127.0.0.1' } }))).toBe(false);
	});

	it('not by HTTP/1.0, as a proxy speaks that is silent about itself', () => {
		const request = { ...asking({ from: '127.0.0.1', headers: { host } }), httpVersion: '1.0' };
		expect(none.isLocal(request as unknown as IncomingMessage)).toBe(false);
	});
});

it('a client from outside that is no named proxy comes around it', () => {
	const from = (address: string) =>
		proxies.isAround(asking({ from: address, headers: { 'x-forwarded-for': '10.0.0.2' } }));
	expect(['203.0.113.9', '10.0.0.2', '::1', '127.0.0.1'].map(from)).toEqual([true, false, false, false]);
});

describe('address ranges', () => {
	it('hold what is in them', () => {
		const ranges = new AddressRanges(['192.0.2.7', '2001:db8::/32']);
		expect(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', 'fe80::1%eth0'].map((at) => ranges.has(at))).toEqual([
			true,
			true,
			true,
			false,
		]);
		expect([undefined, '', '192.0.2.8', 'x'].some((at) => ranges.has(at))).toBe(false);
	});

	it('are said in one way', () => {
		expect(['10.0.0.0/8', '::1', '2001:db8::/32'].every(isAddressRange)).toBe(true);
		expect(['10.0.0.0/33', '10.0.0', 'x/8', '10.0.0.0/8/8', '10.0.0.0/-1'].some(isAddressRange)).toBe(false);
	});
});
