import * as v from 'valibot';
import type { BodyOf, Resource, ValueOf } from './operation.ts';
import { textOrNull, time } from './values.ts';

/** The share link by which a guest watches. */
const guestLink = v.object({
	label: v.string(),
	expiresAt: time,
	/** null: no limit. */
	maxViewers: v.nullable(v.number()),
	/** Browsers that watch by it now. */
	viewers: v.number(),
});

/** Who is looking, and what relay this is. */
export const sessionAnswer = v.object({
	signedIn: v.boolean(),
	role: v.nullable(v.picklist(['owner', 'viewer', 'guest'])),
	/** The person's; null for guests, for tokens and while signed out. */
	name: textOrNull,
	/** Whether the relay has an owner's password yet. */
	setUp: v.boolean(),
	version: v.string(),
	/** For guests. */
	link: v.nullable(guestLink),
});

const path = '/api/session';

export const session = {
	read: { method: 'GET', path, status: 200, answer: sessionAnswer },
	open: { method: 'POST', path, body: 'openSession', status: 200, answer: sessionAnswer },
	close: { method: 'DELETE', path, status: 204 },
} as const satisfies Resource;

export const setup = {
	/** By the token of the set-up link. */
	complete: {
		method: 'POST',
		path: '/api/setup',
		body: 'completeSetup',
		status: 200,
		answer: sessionAnswer,
	},
} as const satisfies Resource;

export const password = {
	/** Of the one who asks. All other sessions of the person end. */
	change: {
		method: 'POST',
		path: '/api/password',
		body: 'changePassword',
		status: 204,
	},
} as const satisfies Resource;

export type Session = ValueOf<typeof sessionAnswer>;
export type GuestLink = ValueOf<typeof guestLink>;
export type Proof = BodyOf<typeof session.open>;
