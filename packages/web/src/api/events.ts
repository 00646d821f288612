import type { Answer } from './answer.ts';
import { listUnder, numberOf, textOf, textOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** Something that happened to who may do what. */
export interface AccessEvent {
	readonly id: number;
	/** ISO 8601 */
	readonly at: string;
	readonly kind: string;
	readonly who: string | null;
	readonly about: string | null;
	readonly address: string | null;
	readonly device: string | null;
}

export interface EventPage {
	readonly events: readonly AccessEvent[];
	/** Whether there are older ones. */
	readonly more: boolean;
}

/** Newest first: the last 50, or those before the one with this id. */
export function listEvents(before?: number): Promise<Answer<EventPage>> {
	const readEvents = listUnder('events', readEvent);
	return ask({
		method: 'GET',
		path: `/api/events?limit=50${before === undefined ? '' : `&before=${before}`}`,
		read: (body) => {
			const events = readEvents(body);
			return events && { events, more: isRecord(body) && body.more === true };
		},
	});
}

function readEvent(event: Readonly<Record<string, unknown>>): AccessEvent {
	return {
		id: numberOf(event.id),
		at: textOf(event.at),
		kind: textOf(event.kind),
		who: textOrNull(event.who),
		about: textOrNull(event.about),
		address: textOrNull(event.address),
		device: textOrNull(event.device),
	};
}
