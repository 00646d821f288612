import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpsAddress, redirectAnswer } from './redirect.ts';

describe('the https address of a request', () => {
	it.each([
		['cam.example.org', '/a?b=c', 443, 'https://cam.example.org/a?b=c'],
		['192.0.2.7:80', '/', 8443, 'https://192.0.2.7:8443/'],
		['[2001:db8::7]:80', '/', 443, 'https://[2001:db8::7]/'],
		['cam', '//evil.example/x', 443, 'https://cam/'],
		['cam', 'http://evil.example/x', 443, 'https://cam/'],
		['cam', undefined, 443, 'https://cam/'],
		['evil.example/x', '/', 443, undefined],
		['a@b', '/', 443, undefined],
		['', '/', 443, undefined],
		[undefined, '/', 443, undefined],
	])('%s %s on port %d is %s', (host, path, port, address) => {
		expect(httpsAddress(host, path, port)).toBe(address);
	});
});

describe('the answer to plain HTTP on the TLS port', () => {
	it('sends a browser to https', () => {
		const answer = redirectAnswer('GET /x HTTP/1.1\r\nUser-Agent: x\r\nhost: cam:8443\r\n\r\n', 8443);
		expect(answer).toMatch(/^HTTP\/1\.1 307 .*\r\nlocation: https:\/\/cam:8443\/x\r\n/);
	});

	it('is 400 where nothing can be told, and never carries more than one line of what was said', () => {
		expect(redirectAnswer('\0\0\0\0', 443)).toMatch(/^HTTP\/1\.1 400 /);
		void fc.assert(
			fc.property(fc.string(), fc.string(), (path, host) => {
				const answer = redirectAnswer(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 443);
				const [head = ''] = answer.split('\r\n\r\n', 1);
				const names = head.split('\r\n').map((line) => line.split(':', 1)[0]);
				expect(
					names.filter((name) => !/^(HTTP\/1\.1 |location$|content-|cache-control$|connection$)/.test(name ?? '')),
				).toEqual([]);
			}),
		);
	});
});
