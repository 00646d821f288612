import * as v from 'valibot';
import type { AnswerOf, Resource } from './operation.ts';
import { sessionAnswer } from './session.ts';
import { time } from './values.ts';

export const invitations = {
	/** What an invitation is, without using it. */
	look: {
		method: 'POST',
		path: '/api/invitations/look',
		body: 'lookAtInvitation',
		status: 200,
		answer: v.object({ name: v.string(), role: v.picklist(['owner', 'viewer']), expiresAt: time }),
	},
	/** Chooses the password and signs in. */
	accept: {
		method: 'POST',
		path: '/api/invitations/accept',
		body: 'acceptInvitation',
		status: 200,
		answer: sessionAnswer,
	},
} as const satisfies Resource;

export type Invitation = AnswerOf<typeof invitations.look>;
