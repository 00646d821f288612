import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { time } from './values.ts';

/** What a camera's machine publishes with. */
const key = v.object({ id: v.string(), camera: v.string(), createdAt: time });

const path = '/api/keys';

export const keys = {
	list: { method: 'GET', path, status: 200, answer: v.object({ keys: v.array(key) }) },
	/** A camera whose last key goes is gone. */
	revoke: { method: 'DELETE', path: `${path}/:key`, status: 204 },
} as const satisfies Resource;

export type PublishKey = ValueOf<typeof key>;
