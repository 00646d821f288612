import * as v from 'valibot';
import type { AnswerOf, Resource, ValueOf } from './operation.ts';
import { textOrNull, time } from './values.ts';

/** Something that happened to who may do what. Texts are hostile. */
const event = v.object({
	id: v.number(),
	at: time,
	/** One of docs/http-api.md; a relay may know more of them. */
	kind: v.string(),
	/** The person's name, or the name that was tried. */
	who: textOrNull,
	/** What it was done to. */
	about: textOrNull,
	address: textOrNull,
	device: textOrNull,
	/** Who caused it; null: an event from before this was noted. */
	by: v.nullable(v.picklist(['owner', 'machine', 'other'])),
});

export const events = {
	/** Newest first; `before`: those with a smaller id. */
	list: {
		method: 'GET',
		path: '/api/events',
		query: ['limit', 'before'],
		status: 200,
		/** `more`: there are older ones. */
		answer: v.object({ events: v.array(event), more: v.boolean() }),
	},
} as const satisfies Resource;

export type AccessEvent = ValueOf<typeof event>;
export type EventPage = AnswerOf<typeof events.list>;
