import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import { hashCredential, newCredential } from './credential.ts';
import { type AccessFiles, ONLY_ROW } from './files.ts';
import { type Passwords, requireGoodPassword } from './password.ts';

/** A set-up link that was not used is worthless after this time. */
export const SETUP_LINK_HOURS = 24;
/** The name and the id of the person who set the relay up. */
export const OWNER = 'owner';

/** Makes a new set-up token and forgets the earlier one. Only its hash is kept. */
export function newSetupToken(files: AccessFiles, clock: Clock): string {
	const token = newCredential('link');
	const expiresAt = new Date(clock.wall() + SETUP_LINK_HOURS * 3_600_000).toISOString();
	files.setup.put({ sha256: hashCredential(token), expiresAt });
	return token;
}

/** Whether the owner's password has been chosen. */
export function isSetUp(files: AccessFiles): boolean {
	return (files.owner.get(ONLY_ROW)?.password ?? null) !== null;
}

/** The password of the one who set the relay up, and the links that stand in for it. */
export class Owner {
	readonly #files: AccessFiles;
	readonly #clock: Clock;
	readonly #passwords: Passwords;
	readonly #look: () => Promise<void>;
	/** Hashes of links that sign in without a password; they end with the process. */
	readonly #links = new Set<string>();

	/** `look` looks at the files once more: a link that "oriel owner reset" made a moment ago is good at once. */
	constructor(files: AccessFiles, clock: Clock, passwords: Passwords, look: () => Promise<void>) {
		this.#files = files;
		this.#clock = clock;
		this.#passwords = passwords;
		this.#look = look;
	}

	/** Whether a password has been chosen. */
	get isSetUp(): boolean {
		return isSetUp(this.#files);
	}

	/** Chooses the password with a set-up token, which dies by it. */
	async setUp(token: string, password: string): Promise<void> {
		if (!this.#isSetupToken(token)) await this.#look();
		this.#requireSetupToken(token);
		requireGoodPassword(password);
		const hash = await this.#passwords.hash(password);
		this.#requireSetupToken(token);
		this.#files.setup.remove(ONLY_ROW);
		this.#keep(hash);
	}

	/** Sets the password without a link, for the machine's own administrator. */
	async setPassword(password: string): Promise<void> {
		requireGoodPassword(password);
		this.#keep(await this.#passwords.hash(password));
	}

	/** A link's token that signs its holder in as often as wanted, while this process runs. */
	newSignInLink(): string {
		const token = newCredential('link');
		this.#links.add(hashCredential(token));
		return token;
	}

	/** Throws `link-expired` if `token` is not of such a link. */
	requireSignInLink(token: string): void {
		if (this.#links.has(hashCredential(token))) return;
		throw new RelayError('link-expired', 'This link is no longer valid. The relay prints a new one when it starts');
	}

	#keep(password: string): void {
		this.#files.owner.put({ password, setAt: new Date(this.#clock.wall()).toISOString() });
	}

	#isSetupToken(token: string): boolean {
		const { sha256, expiresAt } = this.#files.setup.get(ONLY_ROW) ?? { sha256: null, expiresAt: null };
		return sha256 === hashCredential(token) && expiresAt !== null && Date.parse(expiresAt) > this.#clock.wall();
	}

	#requireSetupToken(token: string): void {
		if (this.#isSetupToken(token)) return;
		throw new RelayError(
			'link-expired',
			'This set-up link is no longer valid. Run "oriel owner reset" on the relay for a new one',
		);
	}
}
