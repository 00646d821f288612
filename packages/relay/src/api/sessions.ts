import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import { idOf } from '../auth/credential.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Where people are signed in: all for owners, their own for viewers. */
export function sessionListRoutes({ sessions, people, events, kept }: Accounts): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.sessions.list),
			action: 'session.list',
			handle({ response, who }) {
				const own = 'credential' in who ? idOf(who.credential) : '';
				const listed = sessions.list(scopeOf(who)).map((session) => ({
					...session,
					name: session.person === null ? null : (people.nameOf(session.person) ?? null),
					current: session.id === own,
				}));
				sendAnswer(response, api.sessions.list, { sessions: listed });
			},
		},
		{
			...endpoint(api.sessions.revoke),
			action: 'session.revoke',
			async handle(exchange) {
				const { params, response, who } = exchange;
				const gone = sessions.revoke(params.session ?? '', scopeOf(who));
				if (!gone) throw new RelayError('not-found', 'There is no such session');
				const by = 'person' in who ? people.nameOf(who.person) : undefined;
				const whose = gone.person === null ? 'a guest' : people.nameOf(gone.person);
				events.record({ kind: 'session-revoked', who: by, about: `${whose}: ${gone.device}`, ...visitorOf(exchange) });
				await kept();
				sendEmpty(response, 204);
			},
		},
	];
}

/** Whose sessions a user may look after: undefined for all, else the person's. */
function scopeOf(who: Principal): string | undefined {
	if (who.kind === 'owner') return undefined;
	return who.kind === 'viewer' ? who.person : '';
}
