import { type EventPage, events } from '@oriel/api';
import type { Answer } from './answer.ts';
import { call } from './call.ts';

/** Newest first: the last 50, or those before the one with this id. */
export function listEvents(before?: number): Promise<Answer<EventPage>> {
	return call(events.list, { query: { limit: 50, before } });
}
