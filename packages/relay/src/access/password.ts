import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { RelayError } from '../errors/relay-error.ts';

/** Fewest characters of the owner's password. */
export const MIN_PASSWORD_LENGTH = 10;
/** Most characters: hashing must not become a way to burn the machine's time. */
export const MAX_PASSWORD_LENGTH = 200;

// One hash takes about 70 ms and 32 MiB here; OWASP lists N = 2^15, r = 8, p = 3 as equal to N = 2^17, p = 1, which
// would take 128 MiB: too much for the smallest cloud machines.
export const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const;
const HASH_BYTES = 32;

/** Hashes that may wait for their turn: about two seconds' worth. Whoever comes when as many wait is told to come back. */
export const MAX_WAITING_HASHES = 16;

/** Passwords that everybody tries first, as long as ours must be. */
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

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/** Throws `weak-password`, in words for the one who chose it. */
export function requireGoodPassword(password: string): void {
	const length = [...password].length;
	if (length < MIN_PASSWORD_LENGTH) {
		throw new RelayError(
			'weak-password',
			`The password has ${length} characters; at least ${MIN_PASSWORD_LENGTH} are wanted`,
		);
	}
	if (length > MAX_PASSWORD_LENGTH) {
		throw new RelayError(
			'weak-password',
			`The password has ${length} characters; at most ${MAX_PASSWORD_LENGTH} are accepted`,
		);
	}
	if (COMMON.has(password.toLowerCase()) || new Set(password).size < 4) {
		throw new RelayError('weak-password', 'This password is one of the first that anybody would try');
	}
}

/** Hashes and checks passwords, one at a time: a flood of sign-ins takes one core's share and 32 MiB, no more. */
export class Passwords {
	#last: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	/** The hash with its parameters: `scrypt$N$r$p$salt$hash`. */
	async hash(password: string): Promise<string> {
		const salt = randomBytes(16);
		const { N, r, p } = COST;
		const hash = await this.#derive(password, salt);
		return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
	}

	/** Whether `password` is the one behind `stored`. Takes the same time when nothing is stored. */
	async verify(password: string, stored: string | undefined): Promise<boolean> {
		const [, , , , salt = '', hash = ''] = stored?.split('$') ?? [];
		const seen = await this.#derive(password, Buffer.from(salt, 'base64url'));
		const wanted = Buffer.from(hash, 'base64url');
		return wanted.length === seen.length && timingSafeEqual(wanted, seen);
	}

	#derive(password: string, salt: Buffer): Promise<Buffer> {
		if (this.#waiting >= MAX_WAITING_HASHES) {
			throw new RelayError('busy', 'Too many passwords are being checked at once', { retryAfterSeconds: 3 });
		}
		this.#waiting++;
		const turn = this.#last.then(() => derive(password.normalize('NFC'), salt, HASH_BYTES, COST));
		this.#last = turn.catch(() => undefined).finally(() => this.#waiting--);
		return turn;
	}
}
