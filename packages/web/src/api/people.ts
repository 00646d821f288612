import type { Answer } from './answer.ts';
import { done, linkOf, listUnder, textOf, textOrNull, textsOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** What a person may do. */
export type Role = 'owner' | 'viewer';

/** Somebody who signs in. */
export interface Person {
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** Those that the person may watch; null: all, also those to come. */
	readonly cameras: readonly string[] | null;
	readonly state: 'invited' | 'active';
	/** ISO 8601, while an invitation is open. */
	readonly invitedUntil: string | null;
}

/** A link by which a person chooses a password, shown once. */
export interface MadeInvitation {
	readonly person: Person;
	readonly link: string;
	/** ISO 8601 */
	readonly expiresAt: string;
}

export interface PersonWish {
	readonly name: string;
	readonly role: Role;
	readonly cameras: readonly string[] | null;
}

const path = '/api/people';
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;

export function listPeople(): Promise<Answer<Person[]>> {
	return ask({ method: 'GET', path, read: listUnder('people', readPerson) });
}

/** Adds a person, with a first invitation. */
export function addPerson(wish: PersonWish): Promise<Answer<MadeInvitation>> {
	return ask({ method: 'POST', path, body: wish, read: readInvitation });
}

/** Changes what a person may do; what they have open follows. */
export function changePerson(id: string, change: Partial<Omit<PersonWish, 'name'>>): Promise<Answer<true>> {
	return ask({ method: 'PUT', path: at(id), body: change, read: done });
}

/** Takes a person away: whatever they have open ends. */
export function removePerson(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: at(id), read: done });
}

/** A new invitation for somebody who lost the link or the password; an earlier one is void. */
export function invitePerson(id: string): Promise<Answer<MadeInvitation>> {
	return ask({ method: 'POST', path: `${at(id)}/invitation`, read: readInvitation });
}

function readPerson(person: Readonly<Record<string, unknown>>): Person {
	return {
		id: textOf(person.id),
		name: textOf(person.name),
		role: person.role === 'owner' ? 'owner' : 'viewer',
		cameras: textsOrNull(person.cameras),
		state: person.state === 'invited' ? 'invited' : 'active',
		invitedUntil: textOrNull(person.invitedUntil),
	};
}

function readInvitation(body: unknown): MadeInvitation | undefined {
	if (!isRecord(body) || !isRecord(body.person) || typeof body.path !== 'string') return undefined;
	return { person: readPerson(body.person), link: linkOf(body.path), expiresAt: textOf(body.expiresAt) };
}
