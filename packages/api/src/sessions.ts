import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { textOrNull, time } from './values.ts';

/** A browser that is signed in, or that has opened a share link. */
const openSession = v.object({
	id: v.string(),
	/** The person's id and name; null for a guest. */
	person: textOrNull,
	name: textOrNull,
	/** A few words for browser and machine: hostile text. */
	device: v.string(),
	address: v.string(),
	createdAt: time,
	lastSeenAt: time,
	expiresAt: time,
	/** Whether it is the one that asks. */
	current: v.boolean(),
	/** The share link's id, for a guest. */
	guestOf: textOrNull,
});

const path = '/api/sessions';

export const sessions = {
	/** Newest first: an owner sees all, a viewer the own ones. */
	list: { method: 'GET', path, status: 200, answer: v.object({ sessions: v.array(openSession) }) },
	revoke: { method: 'DELETE', path: `${path}/:session`, status: 204 },
} as const satisfies Resource;

export type OpenSession = ValueOf<typeof openSession>;
