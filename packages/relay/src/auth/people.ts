import { randomBytes } from 'node:crypto';
import { MAX_NAME_LENGTH } from '@oriel/api';
import type { Clock } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import type { Access } from './access.ts';
import { idsOf, namesIn } from './camera-identity.ts';
import { hashCredential, newCredential } from './credential.ts';
import { type AccessFiles, ONLY_ROW, type StoredPerson } from './files.ts';
import { requireCameraName } from './keys.ts';
import { OWNER } from './owner.ts';
import { type Passwords, requireGoodPassword } from './password.ts';

/** An invitation that was not accepted is worthless after this time. */
export const INVITATION_DAYS = 7;
/** People of one relay, besides the one who set it up. */
export const MAX_PEOPLE = 500;

export type Role = StoredPerson['role'];

/** A person as the owner sees them. */
export interface ListedPerson {
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** null: every camera. */
	readonly cameras: readonly string[] | null;
	/** Whether a password has been chosen. */
	readonly state: 'invited' | 'active';
	readonly createdAt: string | null;
	/** While an invitation is open. */
	readonly invitedUntil: string | null;
}

/** A link that lets a person choose a password, once. */
export interface Invitation {
	readonly person: ListedPerson;
	readonly token: string;
	readonly expiresAt: string;
}

export interface PersonRequest {
	readonly name: string;
	readonly role: Role;
	readonly cameras: readonly string[] | null;
}

/** The people who may sign in, and what they may see. The one who set the relay up is in owner.json, not here. */
export class People {
	readonly #access: Access;
	readonly #files: AccessFiles;
	readonly #clock: Clock;
	readonly #passwords: Passwords;

	constructor(access: Access, clock: Clock, passwords: Passwords) {
		this.#access = access;
		this.#files = access.files;
		this.#clock = clock;
		this.#passwords = passwords;
	}

	list(): ListedPerson[] {
		const { password, setAt } = this.#files.owner.get(ONLY_ROW) ?? { password: null, setAt: null };
		const state = password === null ? 'invited' : 'active';
		const owner = { id: OWNER, name: OWNER, role: OWNER, cameras: null, state, createdAt: setAt, invitedUntil: null };
		return [owner as ListedPerson, ...this.#files.people.rows.map((person) => this.#listed(person))];
	}

	/** Name of the person with this id; undefined if there is none. */
	nameOf(id: string): string | undefined {
		return id === OWNER ? OWNER : this.#files.people.get(id)?.name;
	}

	/** Whether a person has this name, however it is typed. */
	isKnown(name: string): boolean {
		return isSame(name, OWNER) || this.#files.people.rows.some((person) => isSame(person.name, name));
	}

	/** Adds a person without a password. Throws `name-taken`. */
	add({ name: given, role, cameras }: PersonRequest): Invitation {
		const name = requireName(given);
		cameras?.forEach(requireCameraName);
		const people = this.#files.people.rows;
		if (people.length >= MAX_PEOPLE) {
			throw new RelayError('too-many-open', `There are ${people.length} people; at most ${MAX_PEOPLE} are possible`);
		}
		if (isSame(name, OWNER) || people.some((other) => isSame(other.name, name))) {
			throw new RelayError('name-taken', `The name "${name}" is taken; choose another`);
		}
		const { token, invitation } = this.#newInvitation();
		const person: StoredPerson = {
			id: randomBytes(4).toString('hex'),
			name,
			role,
			cameras: role === 'viewer' && cameras ? idsOf(this.#files, cameras) : null,
			password: null,
			createdAt: this.#at(0),
			invitation,
		};
		this.#files.people.put(person);
		this.#access.changed();
		return { person: this.#listed(person), token, expiresAt: invitation.expiresAt };
	}

	/** Changes what a person may see or do; what they have open follows. */
	change(id: string, { role, cameras }: Partial<Pick<PersonRequest, 'role' | 'cameras'>>): ListedPerson {
		cameras?.forEach(requireCameraName);
		return this.#listed(
			this.#patch(id, (person) => {
				const newRole = role ?? person.role;
				const seen = cameras === undefined ? person.cameras : cameras && idsOf(this.#files, cameras);
				return { role: newRole, cameras: newRole === 'owner' ? null : seen };
			}),
		);
	}

	/** Removes a person, whose sessions end. Gives the name. */
	remove(id: string): string {
		const { name } = this.#require(id);
		this.#files.people.remove(id);
		this.#access.changed();
		return name;
	}

	/** A new invitation; the earlier one is void, the password stays good until the new link is used. */
	invite(id: string): Invitation {
		const { token, invitation } = this.#newInvitation();
		const person = this.#patch(id, () => ({ invitation }));
		return { person: this.#listed(person), token, expiresAt: invitation.expiresAt };
	}

	/** Whose invitation it is. Throws `link-expired`. */
	look(token: string): Pick<StoredPerson, 'id' | 'name' | 'role'> & { readonly expiresAt: string } {
		const sha256 = hashCredential(token);
		const person = this.#files.people.rows.find(({ invitation }) => invitation?.sha256 === sha256);
		const expiresAt = person?.invitation?.expiresAt;
		if (person && expiresAt !== undefined && Date.parse(expiresAt) > this.#clock.wall())
			return { ...person, expiresAt };
		throw new RelayError('link-expired', 'This invitation is no longer valid. Ask the owner for a new one');
	}

	/** Spends an invitation: its person has this password now. */
	async accept(token: string, password: string): Promise<StoredPerson> {
		const before = this.look(token);
		requireGoodPassword(password);
		const hash = await this.#passwords.hash(password);
		const { id } = this.look(token);
		if (id !== before.id) throw new RelayError('link-expired', 'This invitation is no longer valid');
		return this.#patch(id, () => ({ password: hash, invitation: null }));
	}

	/** Whose name and password these are; throws `wrong-password`, in the same time whatever was wrong. */
	async verify(name: string, password: string): Promise<{ readonly id: string; readonly name: string }> {
		const person = this.#files.people.rows.find((other) => !isSame(name, OWNER) && isSame(other.name, name));
		const id = isSame(name, OWNER) ? OWNER : person?.id;
		await this.#requirePassword(id, password);
		return person ? { id: person.id, name: person.name } : { id: OWNER, name: OWNER };
	}

	/** Changes the password of a person who knows it. Throws `wrong-password`. */
	async changePassword(id: string, current: string, password: string): Promise<void> {
		const before = await this.#requirePassword(id, current);
		requireGoodPassword(password);
		const hash = await this.#passwords.hash(password);
		// Of two who change it at once, the second must not win with a password that is none any more.
		if (this.#passwordOf(id) !== before) throw wrongPassword();
		this.#keepPassword(id, hash, { setAt: this.#at(0) });
	}

	/** What is stored for the right password. A hash takes its time: the password must still be the right one behind it. */
	async #requirePassword(id: string | undefined, password: string): Promise<string> {
		let stored = this.#passwordOf(id);
		const right = await this.#passwords.verify(password, stored);
		if (!right || id === undefined || stored === undefined) throw wrongPassword();
		await this.#passwords.renew(password, stored, (hash) => {
			// Unless another password has been chosen meanwhile.
			if (this.#passwordOf(id) !== stored) return;
			this.#keepPassword(id, hash);
			stored = hash;
		});
		if (this.#passwordOf(id) !== stored) throw wrongPassword();
		return stored;
	}

	#passwordOf(id: string | undefined): string | undefined {
		const { owner, people } = this.#files;
		if (id === undefined) return undefined;
		return (id === OWNER ? owner.get(ONLY_ROW) : people.get(id))?.password ?? undefined;
	}

	#keepPassword(id: string, password: string, more: { readonly setAt?: string } = {}): void {
		if (id === OWNER) this.#files.owner.patch(ONLY_ROW, { password, ...more });
		else this.#files.people.patch(id, { password });
	}

	/** Only these fields: another program may have changed others meanwhile. */
	#patch(id: string, change: (person: StoredPerson) => Partial<StoredPerson>): StoredPerson {
		const person = this.#require(id);
		const fields = change(person);
		this.#files.people.patch(id, fields);
		this.#access.changed();
		return { ...person, ...fields };
	}

	#require(id: string): StoredPerson {
		if (id === OWNER) {
			throw new RelayError(
				'forbidden',
				'The person who set the relay up stays its owner; "oriel owner reset" makes a new link',
			);
		}
		const person = this.#files.people.get(id);
		if (person) return person;
		throw new RelayError('not-found', 'There is no user with this id');
	}

	#newInvitation() {
		const token = newCredential('invite');
		const expiresAt = this.#at(INVITATION_DAYS * 86_400_000);
		return { token, invitation: { sha256: hashCredential(token), expiresAt } };
	}

	#listed({ id, name, role, cameras, password, createdAt, invitation }: StoredPerson): ListedPerson {
		const isOpen = invitation !== null && Date.parse(invitation.expiresAt) > this.#clock.wall();
		const state = password === null ? 'invited' : 'active';
		const seen = cameras && [...namesIn(this.#files, cameras)];
		return { id, name, role, cameras: seen, state, createdAt, invitedUntil: isOpen ? invitation.expiresAt : null };
	}

	#at(ahead: number): string {
		return new Date(this.#clock.wall() + ahead).toISOString();
	}
}

/** A name as it is compared: however it is typed. */
export function accountOf(name: string): string {
	return name.normalize('NFC').trim().toLowerCase();
}

function isSame(one: string, other: string): boolean {
	return accountOf(one) === accountOf(other);
}

function wrongPassword(): RelayError {
	return new RelayError('wrong-password', 'The name or the password is not right');
}

function requireName(given: string): string {
	const name = given.normalize('NFC').trim();
	const length = [...name].length;
	if (length >= 1 && length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name)) return name;
	throw new RelayError('bad-request', `Expected a name of 1 to ${MAX_NAME_LENGTH} characters on one line`);
}
