import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import type { EventKind } from '../auth/event-kinds.ts';
import type { Invitation } from '../auth/people.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { type Exchange, endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Who may sign in, and what they may see. */
export function peopleRoutes({ people, events, clock, kept }: Accounts): Route<Principal, Action>[] {
	const record = (kind: EventKind, exchange: Exchange<Principal>, about: string) => {
		const who = 'person' in exchange.who ? people.nameOf(exchange.who.person) : undefined;
		events.record({ kind, who, about, ...visitorOf(exchange) });
	};
	const invited = async ({ response }: Exchange<Principal>, { person, token, expiresAt }: Invitation) => {
		await kept();
		sendAnswer(response, api.people.add, { person, token, path: `/#invite=${token}`, expiresAt });
	};

	return [
		{
			...endpoint(api.people.list),
			action: 'person.list',
			handle: ({ response }) => sendAnswer(response, api.people.list, { people: people.list() }),
		},
		{
			...endpoint(api.people.add),
			action: 'person.add',
			async handle(exchange) {
				const invitation = people.add(await readBody(exchange.request, api.people.add, clock));
				record('person-added', exchange, invitation.person.name);
				await invited(exchange, invitation);
			},
		},
		{
			...endpoint(api.people.change),
			action: 'person.change',
			async handle(exchange) {
				const request = await readBody(exchange.request, api.people.change, clock);
				const person = people.change(exchange.params.person ?? '', {
					...(request.role === undefined ? {} : { role: request.role }),
					...(request.cameras === undefined ? {} : { cameras: request.cameras }),
				});
				record('person-changed', exchange, person.name);
				await kept();
				sendAnswer(exchange.response, api.people.change, { person });
			},
		},
		{
			...endpoint(api.people.remove),
			action: 'person.remove',
			async handle(exchange) {
				record('person-removed', exchange, people.remove(exchange.params.person ?? ''));
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
		{
			...endpoint(api.people.invite),
			action: 'person.invite',
			async handle(exchange) {
				const invitation = people.invite(exchange.params.person ?? '');
				record('person-invited', exchange, invitation.person.name);
				await invited(exchange, invitation);
			},
		},
	];
}
