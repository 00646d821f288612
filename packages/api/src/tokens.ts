import * as v from 'valibot';
import type { BodyOf, Resource, ValueOf } from './operation.ts';
import { textsOrNull, time, timeOrNull } from './values.ts';

/** What lets a program watch. */
const token = v.object({
	id: v.string(),
	label: v.string(),
	cameras: textsOrNull,
	createdAt: time,
	/** null: until it is revoked. */
	expiresAt: timeOrNull,
});

const path = '/api/tokens';

export const tokens = {
	list: { method: 'GET', path, status: 200, answer: v.object({ tokens: v.array(token) }) },
	/** The secret is shown once. */
	add: {
		method: 'POST',
		path,
		body: 'addToken',
		status: 201,
		answer: v.object({ token, secret: v.string() }),
	},
	revoke: { method: 'DELETE', path: `${path}/:token`, status: 204 },
} as const satisfies Resource;

export type Token = ValueOf<typeof token>;
export type NewToken = BodyOf<typeof tokens.add>;
