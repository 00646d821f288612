import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { MAX_CREDENTIAL_LENGTH, presentedCredentials } from './http-credentials.ts';

function present(headers: Record<string, string>, isSecure = false) {
	return presentedCredentials({ headers } as unknown as IncomingMessage, isSecure);
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

	it('up to the length that is looked at, and nothing longer', () => {
		const longest = 'x'.repeat(MAX_CREDENTIAL_LENGTH);
		expect(present({ authorization: `Bearer ${longest}` }).secret).toBe(longest);
		expect(present({ authorization: basic(`:${longest}`) }).secret).toBe(longest);
		expect(present({ authorization: `Bearer ${longest}${longest}` }).secret).toHaveLength(2 * MAX_CREDENTIAL_LENGTH);
		expect(present({ authorization: `Bearer ${longest}${longest}x` }).secret).toBe('');
		expect(present({ cookie: `oriel_session=${longest}` }).session).toBe(longest);
		expect(present({ cookie: `oriel_session=${longest}x` }).session).toBeUndefined();
	});

	it('as a cookie among others', () => {
		expect(present({ cookie: 'a=b; oriel_session=abc; c=d' }).session).toBe('abc');
		expect(present({ cookie: 'xoriel_session=abc' }).session).toBeUndefined();
		expect(present({ cookie: `oriel_session=${'x'.repeat(300)}` }).session).toBeUndefined();
		expect(present({}).session).toBeUndefined();
	});

	it('as a cookie under the name that fits the connection, and no other', () => {
		const cookie = 'oriel_session=plain; __Host-oriel_session=secure; oriel_guest=g; __Host-oriel_guest=h';
		expect(present({ cookie })).toMatchObject({ session: 'plain', guest: 'g' });
		expect(present({ cookie }, true)).toMatchObject({ session: 'secure', guest: 'h' });
		expect(present({ cookie: 'oriel_session=plain' }, true).session).toBeUndefined();
	});
});
