import { type Invitation, invitations, type Session } from '@oriel/api';
import type { Answer } from './answer.ts';
import { call } from './call.ts';

/** What an invitation is, without using it up. */
export function lookAtInvitation(token: string): Promise<Answer<Invitation>> {
	return call(invitations.look, { body: { token } });
}

/** Chooses the invited person's password and signs in. */
export function acceptInvitation(token: string, password: string): Promise<Answer<Session>> {
	return call(invitations.accept, { body: { token, password } });
}
