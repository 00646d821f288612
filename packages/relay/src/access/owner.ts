import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Access } from './access.ts';
import { hashCredential, newCredential } from './credential.ts';
import type { AccessFiles } from './files.ts';
import { Passwords, requireGoodPassword } from './password.ts';

/** A set-up link that nobody used is worthless after this time. */
export const SETUP_LINK_HOURS = 24;
/** A session lasts this long after signing in. */
export const SESSION_DAYS = 30;
/** Sessions kept; the oldest goes when one more is opened. */
export const MAX_SESSIONS = 200;

const DAY_MS = 86_400_000;

/** Makes a new set-up token and forgets the earlier one. Only its hash is kept. */
export function newSetupToken(files: AccessFiles, clock: Clock): string {
	const token = newCredential('link');
	const expiresAt = new Date(clock.wall() + SETUP_LINK_HOURS * 3_600_000).toISOString();
	files.setup.write({ format: 1, sha256: hashCredential(token), expiresAt });
	return token;
}

/** The owner's password, links and sessions. */
export class Owner {
	readonly #access: Access;
	readonly #files: AccessFiles;
	readonly #clock: Clock;
	readonly #passwords = new Passwords();
	/** Hashes of links that sign in without a password; they end with the process. */
	readonly #links = new Set<string>();

	constructor(access: Access, clock: Clock) {
		this.#access = access;
		this.#files = access.files;
		this.#clock = clock;
	}

	/** Whether a password has been chosen. */
	get isSetUp(): boolean {
		return this.#files.owner.value.password !== null;
	}

	/** Chooses the password with a set-up token, which dies by it together with all earlier sessions. Gives a session. */
	async setUp(token: string, password: string): Promise<string> {
		this.#requireSetupToken(token);
		requireGoodPassword(password);
		const hash = await this.#passwords.hash(password);
		this.#requireSetupToken(token);
		this.#files.setup.remove({ format: 1, sha256: null, expiresAt: null });
		this.#files.owner.write({ format: 1, password: hash, setAt: new Date(this.#clock.wall()).toISOString() });
		this.#files.sessions.write({ format: 1, sessions: [] });
		this.#access.changed();
		return this.#openSession();
	}

	/** Sets the password without a link: for the machine's own administrator. */
	async setPassword(password: string): Promise<void> {
		requireGoodPassword(password);
		const setAt = new Date(this.#clock.wall()).toISOString();
		this.#files.owner.write({ format: 1, password: await this.#passwords.hash(password), setAt });
	}

	/** Gives a session for the right password; `wrong-password` otherwise, in the same time. */
	async signIn(password: string): Promise<string> {
		const right = await this.#passwords.verify(password, this.#files.owner.value.password ?? undefined);
		if (!right) throw new RelayError('wrong-password', 'This is not the password');
		return this.#openSession();
	}

	/** A link's token that signs its holder in as often as wanted, while this process runs. */
	newSignInLink(): string {
		const token = newCredential('link');
		this.#links.add(hashCredential(token));
		return token;
	}

	/** Gives a session for such a token. */
	signInByLink(token: string): string {
		if (this.#links.has(hashCredential(token))) return this.#openSession();
		throw new RelayError('link-expired', 'This link is no longer good. The relay prints a new one when it starts');
	}

	/** Ends the session with this hash; its open connections follow. */
	signOut(credential: string): void {
		const sessions = this.#files.sessions.value.sessions.filter((session) => session.sha256 !== credential);
		this.#files.sessions.write({ format: 1, sessions });
		this.#access.changed();
	}

	#openSession(): string {
		const secret = newCredential('session');
		const now = this.#clock.wall();
		const session = {
			sha256: hashCredential(secret),
			createdAt: new Date(now).toISOString(),
			expiresAt: new Date(now + SESSION_DAYS * DAY_MS).toISOString(),
		};
		const alive = this.#files.sessions.value.sessions.filter((other) => Date.parse(other.expiresAt) > now);
		this.#files.sessions.write({ format: 1, sessions: [...alive, session].slice(-MAX_SESSIONS) });
		return secret;
	}

	#requireSetupToken(token: string): void {
		const { sha256, expiresAt } = this.#files.setup.value;
		const good = sha256 === hashCredential(token) && expiresAt !== null && Date.parse(expiresAt) > this.#clock.wall();
		if (good) return;
		throw new RelayError(
			'link-expired',
			'This set-up link is no longer good. Run "oriel owner reset" on the relay for a new one',
		);
	}
}
