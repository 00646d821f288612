import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { targetOf } from './target.ts';

function asking(url: string, hosts: readonly string[] = ['relay:8080'], httpVersion = '1.1'): IncomingMessage {
	const rawHeaders = ['Accept', '*/*', ...hosts.flatMap((host) => ['Host', host])];
	const headers = hosts[0] === undefined ? {} : { host: hosts[0] };
	return { url, rawHeaders, headers, httpVersion } as unknown as IncomingMessage;
}

describe('the target of a request', () => {
	it.each([
		['/', '/', ''],
		['/metrics', '/metrics', ''],
		['/api/pairings/x?unless=waiting&y=%20', '/api/pairings/x', '?unless=waiting&y=%20'],
		['/a?b?c', '/a', '?b?c'],
		['/?', '/', '?'],
		// These are paths, but none that leads anywhere.
		['//x/metrics', '//x/metrics', ''],
		['/./metrics', '/./metrics', ''],
		['/a/../metrics', '/a/../metrics', ''],
		['/%6detrics', '/%6detrics', ''],
		['/metrics;x', '/metrics;x', ''],
		['/metrics/', '/metrics/', ''],
		['http://relay:8080/metrics', '/metrics', ''],
		['HTTPS://RELAY:8080/metrics?x', '/metrics', '?x'],
		['http://relay:8080', '/', ''],
		['http://relay:8080?x', '/', '?x'],
	])('%s is %s%s', (url, path, search) => {
		expect(targetOf(asking(url))).toEqual({ path, search });
	});

	it.each([
		'',
		'*',
		'metrics',
		'\\metrics',
		'/\\metrics',
		'/metrics#x',
		'/metrics\0',
		'/metrics\t',
		'/metrics x',
		'/m\u00e9trics',
		'/%zz',
		'/%',
		'?/metrics',
		'relay:8080',
		'http://evil/metrics',
		'http://relay/metrics',
		'http://relay:8080@evil/metrics',
		'http://evil@relay:8080/metrics',
		'http://relay:8080#/metrics',
		'http://relay:8080\\metrics',
		'http:///metrics',
		'ftp://relay:8080/metrics',
		'file:///metrics',
	])('%j is none', (url) => {
		expect(() => targetOf(asking(url))).toThrow(expect.objectContaining({ code: 'bad-request' }));
	});

	it.each([
		[[], '1.1', false],
		[['relay'], '1.1', true],
		[['relay', 'relay'], '1.1', false],
		[['relay', 'evil'], '1.1', false],
		[['relay', 'relay', 'relay'], '1.0', false],
		[[], '1.0', true],
		[['relay'], '1.0', true],
	])('with the hosts %j by HTTP/%s: %s', (hosts, version, isGood) => {
		const target = () => targetOf(asking('/', hosts, version));
		if (isGood) expect(target().path).toBe('/');
		else expect(target).toThrow(expect.objectContaining({ code: 'bad-request' }));
	});

	it('by an absolute address without Host names no host', () => {
		expect(() => targetOf(asking('http://relay/', [], '1.0'))).toThrow(
			expect.objectContaining({ code: 'bad-request' }),
		);
	});
});
