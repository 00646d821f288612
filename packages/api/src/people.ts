import * as v from 'valibot';
import type { AnswerOf, BodyOf, Resource, ValueOf } from './operation.ts';
import { textsOrNull, time, timeOrNull } from './values.ts';

/** A person who signs in. */
const person = v.object({
	id: v.string(),
	name: v.string(),
	role: v.picklist(['owner', 'viewer']),
	/** Those that the person may watch. */
	cameras: textsOrNull,
	/** `invited`: has no password yet. */
	state: v.picklist(['invited', 'active']),
	/** null: the owner of a relay that is not set up. */
	createdAt: timeOrNull,
	/** While an invitation is open. */
	invitedUntil: timeOrNull,
});

/** The link by which a person chooses a password: the origin of the page and `path`. Shown once. */
const invited = v.object({ person, token: v.string(), path: v.string(), expiresAt: time });

const path = '/api/people';

export const people = {
	list: { method: 'GET', path, status: 200, answer: v.object({ people: v.array(person) }) },
	add: {
		method: 'POST',
		path,
		body: 'addPerson',
		status: 201,
		answer: invited,
	},
	change: {
		method: 'PUT',
		path: `${path}/:person`,
		body: 'changePerson',
		status: 200,
		answer: v.object({ person }),
	},
	remove: { method: 'DELETE', path: `${path}/:person`, status: 204 },
	/** A new link; the earlier one is void. */
	invite: { method: 'POST', path: `${path}/:person/invitation`, status: 201, answer: invited },
} as const satisfies Resource;

export type Person = ValueOf<typeof person>;
export type Invited = AnswerOf<typeof people.add>;
export type NewPerson = BodyOf<typeof people.add>;
export type PersonChange = BodyOf<typeof people.change>;
