import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { type GuardOptions, guarded } from './guarded.ts';
import { dropCookie, setCookie, visitorOf } from './visitor.ts';

/** For whom an invitation is, and taking it up. */
export function invitationRoutes(options: Accounts & GuardOptions & { version: string }): Route<Principal, Action>[] {
	const { people, sessions, owner, events, clock, kept, version } = options;
	return [
		{
			...endpoint(api.invitations.look),
			action: 'invitation.look',
			async handle(exchange) {
				const { token } = await readBody(exchange.request, api.invitations.look, clock);
				const person = await guarded(exchange, options, {}, () => people.look(token));
				const { name, role, expiresAt } = person;
				sendAnswer(exchange.response, api.invitations.look, { name, role, expiresAt });
			},
		},
		{
			...endpoint(api.invitations.accept),
			action: 'invitation.accept',
			async handle(exchange) {
				const { token, password } = await readBody(exchange.request, api.invitations.accept, clock);
				const { id, name, role } = await guarded(exchange, options, {}, () => people.accept(token, password));
				sessions.closeAll(id);
				const visitor = visitorOf(exchange);
				events.record({ kind: 'invitation-accepted', who: name, about: name, ...visitor });
				setCookie(exchange, 'session', sessions.open(id, name, visitor));
				dropCookie(exchange, 'guest');
				await kept();
				sendAnswer(exchange.response, api.invitations.accept, {
					signedIn: true,
					role,
					name,
					setUp: owner.isSetUp,
					version,
					link: null,
				});
			},
		},
	];
}
