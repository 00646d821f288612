import * as v from 'valibot';
import type { Accounts } from '../access/accounts.ts';
import type { Action, Principal } from '../access/policy.ts';
import { readJson } from '../http/body.ts';
import { sendJson } from '../http/respond.ts';
import type { Route } from '../http/route.ts';
import { type GuardOptions, guarded } from './guarded.ts';
import { secretText } from './session.ts';
import { dropCookie, setCookie, visitorOf } from './visitor.ts';

const look = v.strictObject({ token: secretText });
const accept = v.strictObject({ token: secretText, password: secretText });

/** For whom an invitation is, and taking it up. */
export function invitationRoutes(options: Accounts & GuardOptions & { version: string }): Route<Principal, Action>[] {
	const { people, sessions, owner, events, clock, kept, version } = options;
	return [
		{
			method: 'POST',
			path: '/api/invitations/look',
			action: 'invitation.look',
			async handle(exchange) {
				const { token } = await readJson(exchange.request, look, clock);
				const person = await guarded(exchange, options, {}, () => people.look(token));
				const { name, role, invitation } = person;
				sendJson(exchange.response, 200, { name, role, expiresAt: invitation?.expiresAt });
			},
		},
		{
			method: 'POST',
			path: '/api/invitations/accept',
			action: 'invitation.accept',
			async handle(exchange) {
				const { token, password } = await readJson(exchange.request, accept, clock);
				const { id, name, role } = await guarded(exchange, options, {}, () => people.accept(token, password));
				sessions.closeAll(id);
				const visitor = visitorOf(exchange);
				events.record({ kind: 'invitation-accepted', who: name, about: name, ...visitor });
				setCookie(exchange, 'session', sessions.open(id, name, visitor));
				dropCookie(exchange, 'guest');
				await kept();
				sendJson(exchange.response, 200, { signedIn: true, role, name, setUp: owner.isSetUp, version, link: null });
			},
		},
	];
}
