import type { Answer } from './answer.ts';
import { textOf } from './read.ts';
import { ask, isRecord } from './request.ts';
import { readSessionBody, type Session } from './session.ts';

/** Whom an invitation is for. */
export interface Invitation {
	readonly name: string;
	readonly role: string;
	/** ISO 8601 */
	readonly expiresAt: string;
}

/** What an invitation is, without using it up. */
export function lookAtInvitation(token: string): Promise<Answer<Invitation>> {
	return ask({
		method: 'POST',
		path: '/api/invitations/look',
		body: { token },
		read: (body) =>
			isRecord(body) && typeof body.name === 'string'
				? { name: body.name, role: textOf(body.role), expiresAt: textOf(body.expiresAt) }
				: undefined,
	});
}

/** Chooses the invited person's password and signs in. */
export function acceptInvitation(token: string, password: string): Promise<Answer<Session>> {
	return ask({
		method: 'POST',
		path: '/api/invitations/accept',
		body: { token, password },
		read: readSessionBody,
	});
}
