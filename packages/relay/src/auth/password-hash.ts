import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** Cost of one scrypt hash; see RFC 7914. */
export interface HashCost {
	readonly N: number;
	readonly r: number;
	readonly p: number;
}

/** Derives `length` bytes from a password. Takes memory and time as `cost` says. */
export type Derive = (password: string, salt: Buffer, length: number, cost: HashCost) => Promise<Buffer>;

/** A password's hash and what it was made of. */
export interface PasswordHash {
	readonly cost: HashCost;
	readonly salt: Buffer;
	readonly hash: Buffer;
}

// One hash takes about 70 ms and 32 MiB here; OWASP lists N = 2^15, r = 8, p = 3 as equal to N = 2^17, p = 1, which
// would take 128 MiB: too much for the smallest cloud machines.
export const COST: HashCost = { N: 2 ** 15, r: 8, p: 3 };
export const HASH_LENGTH = 32;
export const SALT_LENGTH = 16;

/** Most memory that a stored hash may ask for: a file edited by hand must not take the machine's. */
export const MAX_HASH_MEMORY_BYTES = 128 * 1024 * 1024;
/** Most work that a stored hash may ask for, as memory times passes: about five times today's. */
export const MAX_HASH_WORK_BYTES = 512 * 1024 * 1024;

/** Salts of 8 to 64 bytes and hashes of 16 to 64, in base64url. */
const FORM = /^scrypt\$(\d{1,10})\$(\d{1,10})\$(\d{1,10})\$([\w-]{11,86})\$([\w-]{22,86})$/;

const run = promisify<string, Buffer, number, HashCost & { readonly maxmem: number }, Buffer>(scrypt);

/** scrypt in a thread of Node's pool. */
export const scryptDerive: Derive = (password, salt, length, cost) =>
	// What OpenSSL counts is a little more than `memoryOf`.
	run(password, salt, length, { ...cost, maxmem: 2 * MAX_HASH_MEMORY_BYTES });

/** `scrypt$N$r$p$salt$hash`: the parameters are stored, so that they can be raised while old hashes stay good. */
export function formatHash({ cost: { N, r, p }, salt, hash }: PasswordHash): string {
	return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Reads what `formatHash` wrote; for anything else, and for a cost beyond the limits, words that say what is wrong. */
export function parseHash(stored: string): PasswordHash | string {
	const [, N, r, p, salt = '', hash = ''] = FORM.exec(stored) ?? [];
	if (N === undefined) return 'it does not have the form scrypt$N$r$p$salt$hash';
	const cost = { N: Number(N), r: Number(r), p: Number(p) };
	const problem = problemOf(cost);
	return problem ?? { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

/** Whether a hash was made with other parameters than one would be today. */
export function isOutdated({ cost: { N, r, p }, salt, hash }: PasswordHash): boolean {
	const isSameCost = N === COST.N && r === COST.r && p === COST.p;
	return !isSameCost || salt.length < SALT_LENGTH || hash.length !== HASH_LENGTH;
}

function problemOf({ N, r, p }: HashCost): string | undefined {
	if (N < 2 || !Number.isInteger(Math.log2(N))) return `N is ${N}; a power of two is expected`;
	if (r < 1 || p < 1) return `r is ${r} and p is ${p}; at least 1 is expected`;
	const memory = 128 * r * (N + p);
	if (memory > MAX_HASH_MEMORY_BYTES)
		return `it needs ${memory} bytes of memory; the limit is ${MAX_HASH_MEMORY_BYTES}`;
	const work = memory * p;
	if (work > MAX_HASH_WORK_BYTES) return `it needs ${work} bytes of work; the limit is ${MAX_HASH_WORK_BYTES}`;
	return undefined;
}
