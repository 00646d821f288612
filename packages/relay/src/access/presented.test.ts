import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { presentedCredentials } from './presented.ts';

function present(headers: Record<string, string>, remoteAddress = '192.0.2.1') {
	return presentedCredentials({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('what a request shows', () => {
	it.each([
		['Bearer abc', 'abc'],
		['bearer   abc', 'abc'],
		[basic('x:abc'), 'abc'],
		[basic(':a:b'), 'a:b'],
		[basic('abc'), 'abc'],
		['Digest abc', ''],
		['Bearer', ''],
		['', ''],
		[`Bearer ${'x'.repeat(1_000_000)}`, ''],
		['Basic !!!', ''],
	])('as Authorization: %.40s', (authorization, secret) => {
		expect(present({ authorization }).secret).toBe(secret);
	});

	it('as a cookie among others', () => {
		expect(present({ cookie: 'a=b; oriel_session=abc; c=d' }).session).toBe('abc');
		expect(present({ cookie: 'xoriel_session=abc' }).session).toBeUndefined();
		expect(present({ cookie: `oriel_session=${'x'.repeat(300)}` }).session).toBeUndefined();
		expect(present({}).session).toBeUndefined();
	});

	it.each([
		['127.0.0.1', {}, true],
		['127.8.8.8', {}, true],
		['::1', {}, true],
		['::ffff:127.0.0.1', {}, true],
		['192.0.2.1', {}, false],
		['::ffff:192.0.2.1', {}, false],
		['127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, false],
		['127.0.0.1', { forwarded: '' }, false],
		['127.0.0.1', { 'x-real-ip': '192.0.2.1' }, false],
		['192.0.2.1', { 'x-forwarded-for': '127.0.0.1' }, false],
	])('from %s with %j: on this machine %s', (address, headers, isLocal) => {
		expect(present(headers as Record<string, string>, address).isLocal).toBe(isLocal);
	});
});
