import * as v from 'valibot';
import type { BodyOf, Resource, ValueOf } from './operation.ts';
import { texts, time } from './values.ts';

/** A link by which people without an account watch some cameras for a while. */
const link = v.object({
	id: v.string(),
	label: v.string(),
	cameras: texts,
	scope: v.literal('live'),
	createdAt: time,
	expiresAt: time,
	/** null: no limit. */
	maxViewers: v.nullable(v.number()),
	/** Browsers that watch by it now. */
	viewers: v.number(),
});

const path = '/api/links';

export const links = {
	/** Those that are still good. */
	list: { method: 'GET', path, status: 200, answer: v.object({ links: v.array(link) }) },
	/** The address is the origin of the page and `path`. Shown once. */
	add: {
		method: 'POST',
		path,
		body: 'addLink',
		status: 201,
		answer: v.object({ link, token: v.string(), path: v.string() }),
	},
	revoke: { method: 'DELETE', path: `${path}/:link`, status: 204 },
} as const satisfies Resource;

export type ShareLink = ValueOf<typeof link>;
export type NewLink = BodyOf<typeof links.add>;
