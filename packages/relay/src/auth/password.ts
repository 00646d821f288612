import { randomBytes, timingSafeEqual } from 'node:crypto';
import { MAX_PASSWORD_LENGTH } from '@oriel/api';
import { type Log, reasonOf, silentLog } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import {
	COST,
	type Derive,
	formatHash,
	HASH_LENGTH,
	type HashCost,
	isOutdated,
	type PasswordHash,
	parseHash,
	SALT_LENGTH,
	scryptDerive,
} from './password-hash.ts';

/** Fewest characters of the owner's password. */
export const MIN_PASSWORD_LENGTH = 10;

/** Hashes that may wait for their turn: about two seconds' worth. A caller beyond that is told to come back. */
export const MAX_WAITING_HASHES = 16;

/** Passwords that attackers try first, as long as ours must be. */
const COMMON = new Set([
	'1234567890',
	'password123',
	'passwordpassword',
	'qwertyuiop',
	'administrator',
	'0123456789',
	'1111111111',
	'12345678910',
	'123456789a',
	'1q2w3e4r5t',
	'1qaz2wsx3edc',
	'a123456789',
	'abc1234567',
	'abcdefghij',
	'admin12345',
	'adminadmin',
	'admin123456',
	'changeme123',
	'football123',
	'iloveyou123',
	'letmein123',
	'letmeinplease',
	'liverpool1',
	'mypassword',
	'passw0rd123',
	'password12',
	'password1234',
	'password12345',
	'p@ssword123',
	'p@ssw0rd123',
	'princess123',
	'q1w2e3r4t5',
	'qwerty1234',
	'qwerty12345',
	'qwerty123456',
	'qwertyuiop123',
	'raspberry123',
	'raspberrypi',
	'sunshine123',
	'welcome123',
	'zxcvbnm123',
	'orielrelay',
	'oriel12345',
	'camera1234',
	'surveillance',
]);

/** Throws `weak-password`, in words for the one who chose it. */
export function requireGoodPassword(password: string, what: 'password' | 'passphrase' = 'password'): void {
	const length = [...password].length;
	if (length < MIN_PASSWORD_LENGTH) {
		throw new RelayError(
			'weak-password',
			`The ${what} has ${length} characters; expected at least ${MIN_PASSWORD_LENGTH}`,
		);
	}
	if (length > MAX_PASSWORD_LENGTH) {
		throw new RelayError(
			'weak-password',
			`The ${what} has ${length} characters; expected at most ${MAX_PASSWORD_LENGTH}`,
		);
	}
	if (COMMON.has(password.toLowerCase()) || new Set(password).size < 4) {
		throw new RelayError('weak-password', `This ${what} is easy to guess; choose another`);
	}
}

export interface PasswordOptions {
	/** Hears of stored hashes that cannot be used. */
	readonly log?: Log;
	/** Default: scrypt. */
	readonly derive?: Derive;
}

/** Compared with where nothing can be: the comparison fails, after the same work. */
const NOTHING_STORED: PasswordHash = {
	cost: COST,
	salt: Buffer.alloc(SALT_LENGTH),
	hash: Buffer.alloc(HASH_LENGTH),
};

/** The smallest hash there is: it shows that hashing works and costs next to nothing. */
const SMALLEST: HashCost = { N: 2, r: 1, p: 1 };

/** Hashes and checks passwords, one at a time: a flood of sign-ins takes one core's share and 32 MiB, no more. */
export class Passwords {
	readonly #log: Log;
	readonly #deriveNow: Derive;
	#last: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	constructor({ log = silentLog, derive = scryptDerive }: PasswordOptions = {}) {
		this.#log = log;
		this.#deriveNow = derive;
	}

	/** The hash with its parameters. */
	async hash(password: string): Promise<string> {
		const salt = randomBytes(SALT_LENGTH);
		const hash = await this.#derive(password, { cost: COST, salt, hash: NOTHING_STORED.hash });
		return formatHash({ cost: COST, salt, hash });
	}

	/**
	 * Whether `password` is the one behind `stored`, with the parameters that are stored. Does the same work where nothing
	 * is stored, or nothing that can be used.
	 */
	async verify(password: string, stored: string | undefined): Promise<boolean> {
		const kept = stored === undefined ? undefined : this.#parse(stored);
		const expected = kept ?? NOTHING_STORED;
		const seen = await this.#derive(password, expected);
		return timingSafeEqual(expected.hash, seen) && kept !== undefined;
	}

	/** Whether `stored` was made with other parameters than today's. */
	needsRenewal(stored: string): boolean {
		const kept = parseHash(stored);
		return typeof kept === 'string' || isOutdated(kept);
	}

	/** Hands a hash of today's kind to `keep` if `stored` is of another. A failure is logged: the sign-in goes on. */
	async renew(password: string, stored: string, keep: (hash: string) => void | Promise<void>): Promise<void> {
		if (!this.needsRenewal(stored)) return;
		try {
			await keep(await this.hash(password));
		} catch (thrown) {
			this.#log.warn('an outdated password hash was not renewed', { reason: reasonOf(thrown) });
		}
	}

	/** Rejects, or does not settle, where hashing does not work. It waits behind no other hash. */
	async probe(): Promise<void> {
		await this.#deriveNow('', NOTHING_STORED.salt, HASH_LENGTH, SMALLEST);
	}

	#parse(stored: string): PasswordHash | undefined {
		const kept = parseHash(stored);
		if (typeof kept !== 'string') return kept;
		this.#log.warn('a stored password hash cannot be used; set the password again', { reason: kept });
		return undefined;
	}

	#derive(password: string, { cost, salt, hash }: PasswordHash): Promise<Buffer> {
		if (this.#waiting >= MAX_WAITING_HASHES) {
			throw new RelayError('busy', 'Too many passwords are being checked at once', { retryAfterSeconds: 3 });
		}
		this.#waiting++;
		const turn = this.#last.then(() => this.#deriveNow(password.normalize('NFC'), salt, hash.length, cost));
		this.#last = turn.catch(() => undefined).finally(() => this.#waiting--);
		return turn;
	}
}
