import { describe, expect, it } from 'vitest';
import { Passwords, requireGoodPassword } from './password.ts';

describe('the owner’s password', () => {
	it.each([
		['short', 'has 5 characters; at least 10'],
		['🌻🌻🌻🌻🌻', 'has 5 characters'],
		['x'.repeat(201), 'at most 200'],
		['Password123', 'one of the first'],
		['abcabcabcabc', 'one of the first'],
	])('must not be %.20s', (password, words) => {
		expect(() => requireGoodPassword(password)).toThrow(words);
	});

	it('may be any other', () => {
		requireGoodPassword('correct horse');
		requireGoodPassword('ünïcödé wörds');
	});

	it('is kept as a salted hash that says how it was made, and known again however it is typed', async () => {
		const passwords = new Passwords();
		const stored = await passwords.hash('Caf\u00e9 au lait');
		expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
		const [right, wrong, none, damaged] = await Promise.all([
			passwords.verify('Cafe\u0301 au lait', stored),
			passwords.verify('Cafe au lait', stored),
			passwords.verify('', undefined),
			passwords.verify('x', 'not a hash'),
		]);
		expect([right, wrong, none, damaged]).toEqual([true, false, false, false]);
	});
});
