import { randomBytes, scryptSync } from 'node:crypto';
import { type Fields, reasonOf, silentLog } from '@oriel/base';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { MAX_WAITING_HASHES, Passwords, requireGoodPassword } from './password.ts';
import type { Derive } from './password-hash.ts';

describe('the owner’s password', () => {
	it.each([
		['short', 'has 5 characters; expected at least 10'],
		['🌻🌻🌻🌻🌻', 'has 5 characters'],
		['x'.repeat(201), 'at most 200'],
		['Password123', 'easy to guess'],
		['abcabcabcabc', 'easy to guess'],
	])('must not be %.20s', (password, words) => {
		expect(() => requireGoodPassword(password)).toThrow(words);
	});

	it('may be any other, from 10 to 200 characters with four different ones', () => {
		requireGoodPassword('correct horse');
		requireGoodPassword('ünïcödé wörds');
		requireGoodPassword('abcdabcdab');
		requireGoodPassword('🌻🌷🌹🌼'.repeat(50));
	});

	it('is kept as a salted hash that says how it was made, and known again however it is typed', async () => {
		const passwords = new Passwords();
		const stored = await passwords.hash('Caf\u00e9 au lait');
		expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
		expect(await passwords.verify('Cafe\u0301 au lait', stored)).toBe(true);
		expect(await passwords.verify('Cafe au lait', stored)).toBe(false);
		expect(passwords.needsRenewal(stored)).toBe(false);
	});
});

describe('a stored hash', () => {
	const SALT = Buffer.alloc(16, 7).toString('base64url');
	const HASH = Buffer.alloc(32, 9).toString('base64url');

	/** What is derived, without deriving it. */
	function counted() {
		const work: unknown[] = [];
		const said: string[] = [];
		const log = { ...silentLog, warn: (words: string, fields?: Fields) => said.push(`${words}: ${fields?.reason}`) };
		const derive: Derive = async (_password, salt, length, cost) => {
			work.push({ salt: salt.toString('base64url'), length, ...cost });
			return Buffer.alloc(length, 9);
		};
		return { work, said, passwords: new Passwords({ log, derive }) };
	}

	it.each([
		[2, 1, 1],
		[2 ** 10, 8, 5],
		[2 ** 12, 1, 3],
		[2 ** 11, 16, 1],
	])('is verified with its own parameters: N=%d r=%d p=%d', async (N, r, p) => {
		const salt = randomBytes(16);
		const hash = scryptSync('correct horse', salt, 32, { N, r, p, maxmem: 2 ** 28 });
		const stored = ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
		const passwords = new Passwords();
		expect(await passwords.verify('correct horse', stored)).toBe(true);
		expect(await passwords.verify('incorrect horse', stored)).toBe(false);
		expect(passwords.needsRenewal(stored)).toBe(true);
	});

	it('of another length, or with a longer salt, is verified too', async () => {
		const { work, passwords } = counted();
		const salt = Buffer.alloc(64, 7).toString('base64url');
		const stored = `scrypt$1024$8$1$${salt}$${Buffer.alloc(64, 9).toString('base64url')}`;
		expect(await passwords.verify('correct horse', stored)).toBe(true);
		expect(work).toEqual([{ salt, length: 64, N: 1024, r: 8, p: 1 }]);
		const short = `scrypt$32768$8$3$${SALT}$${Buffer.alloc(16, 9).toString('base64url')}`;
		expect(await passwords.verify('correct horse', short)).toBe(true);
		expect(passwords.needsRenewal(short)).toBe(true);
	});

	it.each([
		['too much memory', `scrypt$${2 ** 20}$8$1$${SALT}$${HASH}`, 'bytes of memory; the limit is 134217728'],
		['the memory of many passes', `scrypt$2$8$${2 ** 18}$${SALT}$${HASH}`, 'bytes of memory'],
		['too many passes', `scrypt$${2 ** 15}$8$20$${SALT}$${HASH}`, 'bytes of work; the limit is 536870912'],
		['numbers beyond all', `scrypt$9999999999$9999999999$9999999999$${SALT}$${HASH}`, 'power of two'],
		['an N that is no power of two', `scrypt$1000$8$1$${SALT}$${HASH}`, 'power of two'],
		['an N of 1', `scrypt$1$8$1$${SALT}$${HASH}`, 'power of two'],
		['no r', `scrypt$1024$0$1$${SALT}$${HASH}`, 'at least 1'],
		['no p', `scrypt$1024$8$0$${SALT}$${HASH}`, 'at least 1'],
		['negative numbers', `scrypt$-2$8$1$${SALT}$${HASH}`, 'form'],
		['no salt', `scrypt$1024$8$1$$${HASH}`, 'form'],
		['no hash', `scrypt$1024$8$1$${SALT}$`, 'form'],
		['a hash of three bytes', `scrypt$1024$8$1$${SALT}$AAAA`, 'form'],
		['another function', `argon2id$1024$8$1$${SALT}$${HASH}`, 'form'],
		['more behind it', `scrypt$1024$8$1$${SALT}$${HASH}$x`, 'form'],
		['nothing at all', '', 'form'],
	])(
		'with %s never verifies, costs what nothing stored costs, and is named in the log',
		async (_what, stored, words) => {
			const { work, said, passwords } = counted();
			expect(await passwords.verify('correct horse', undefined)).toBe(false);
			expect(await passwords.verify('correct horse', stored)).toBe(false);
			expect(work[1]).toEqual(work[0]);
			expect(work[1]).toMatchObject({ length: 32, N: 2 ** 15, r: 8, p: 3 });
			expect(said).toEqual([expect.stringContaining(words)]);
			expect(said.join()).not.toContain(HASH);
			expect(passwords.needsRenewal(stored)).toBe(true);
		},
	);

	it.each([
		[2 ** 14, 8, 3, 16, 32],
		[2 ** 15, 4, 3, 16, 32],
		[2 ** 15, 8, 2, 16, 32],
		[2 ** 15, 8, 3, 8, 32],
		[2 ** 15, 8, 3, 16, 64],
	])('that differs in one thing from today’s is renewed: N=%d r=%d p=%d, salt %d, hash %d', (N, r, p, salt, hash) => {
		const text = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64url');
		const { passwords } = counted();
		expect(passwords.needsRenewal(`scrypt$${N}$${r}$${p}$${text(salt)}$${text(hash)}`)).toBe(true);
		expect(passwords.needsRenewal(`scrypt$${2 ** 15}$8$3$${text(16)}$${text(32)}`)).toBe(false);
	});

	it('at the limits is used', async () => {
		const { work, passwords } = counted();
		expect(await passwords.verify('correct horse', `scrypt$${2 ** 16}$8$7$${SALT}$${HASH}`)).toBe(true);
		expect(await passwords.verify('correct horse', `scrypt$${2 ** 16}$15$4$${SALT}$${HASH}`)).toBe(true);
		expect(work).toMatchObject([
			{ N: 2 ** 16, r: 8, p: 7 },
			{ N: 2 ** 16, r: 15, p: 4 },
		]);
	});

	it('of today’s kind is not renewed, another is, and a failure of that is only logged', async () => {
		const { said, passwords } = counted();
		const kept: string[] = [];
		const today = await passwords.hash('correct horse');
		await passwords.renew('correct horse', today, (hash) => void kept.push(hash));
		expect(kept).toEqual([]);
		const old = `scrypt$1024$8$1$${SALT}$${HASH}`;
		await passwords.renew('correct horse', old, (hash) => void kept.push(hash));
		expect(kept).toEqual([expect.stringMatching(/^scrypt\$32768\$8\$3\$/)]);
		await passwords.renew('correct horse', old, () => Promise.reject(new Error('the disk is full')));
		expect(said).toEqual(['an outdated password hash was not renewed: the disk is full']);
	});
});

describe('the queue of hashes', () => {
	it('runs one at a time, refuses the one beyond sixteen, and goes on after a failure', async () => {
		let running = 0;
		let most = 0;
		const waiting: { resolve(hash: Buffer): void; reject(reason: Error): void }[] = [];
		const derive: Derive = () => {
			most = Math.max(most, ++running);
			return new Promise<Buffer>((resolve, reject) => waiting.push({ resolve, reject })).finally(() => running--);
		};
		const passwords = new Passwords({ derive });
		const first = Array.from({ length: MAX_WAITING_HASHES }, () => passwords.hash('correct horse').catch(reasonOf));
		await expect(passwords.verify('correct horse', undefined)).rejects.toMatchObject({
			code: 'busy',
			retryAfterSeconds: 3,
		});
		for (let index = 0; index < MAX_WAITING_HASHES; index++) {
			await until(() => waiting.length === index + 1);
			if (index === 0) waiting[0]?.reject(new Error('no memory'));
			else waiting[index]?.resolve(Buffer.alloc(32));
		}
		const hashes = await Promise.all(first);
		expect(hashes[0]).toBe('no memory');
		expect(hashes.slice(1).every((hash) => hash.startsWith('scrypt$'))).toBe(true);
		expect(most).toBe(1);
		const next = passwords.verify('correct horse', undefined);
		await until(() => waiting.length === MAX_WAITING_HASHES + 1);
		waiting.at(-1)?.resolve(Buffer.alloc(32));
		expect(await next).toBe(false);
	});
});
