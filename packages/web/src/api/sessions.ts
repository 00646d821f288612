import type { Answer } from './answer.ts';
import { done, listUnder, textOf, textOrNull } from './read.ts';
import { ask } from './request.ts';

/** A browser that is signed in, or that has opened a share link. */
export interface OpenSession {
	readonly id: string;
	/** The person's; null for a guest. */
	readonly name: string | null;
	readonly person: string | null;
	/** A few words for browser and machine. */
	readonly device: string;
	readonly address: string;
	/** ISO 8601 */
	readonly createdAt: string;
	/** ISO 8601 */
	readonly lastSeenAt: string;
	/** Whether it is the one that asks. */
	readonly current: boolean;
	/** The share link's id, for a guest. */
	readonly guestOf: string | null;
}

const path = '/api/sessions';

/** Newest first: an owner sees everybody's, a viewer the own ones. */
export function listSessions(): Promise<Answer<OpenSession[]>> {
	return ask({
		method: 'GET',
		path,
		read: listUnder('sessions', (session) => ({
			id: textOf(session.id),
			name: textOrNull(session.name),
			person: textOrNull(session.person),
			device: textOf(session.device),
			address: textOf(session.address),
			createdAt: textOf(session.createdAt),
			lastSeenAt: textOf(session.lastSeenAt),
			current: session.current === true,
			guestOf: textOrNull(session.guestOf),
		})),
	});
}

/** Ends one and all that is open by it. */
export function revokeSession(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, read: done });
}
