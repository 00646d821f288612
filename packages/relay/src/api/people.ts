import { CAMERA_NAME } from '@oriel/protocol';
import * as v from 'valibot';
import type { Accounts } from '../access/accounts.ts';
import type { EventKind } from '../access/event-kinds.ts';
import { type Invitation, MAX_NAME_LENGTH } from '../access/people.ts';
import type { Action, Principal } from '../access/policy.ts';
import { readJson } from '../http/body.ts';
import { sendEmpty, sendJson } from '../http/respond.ts';
import type { Exchange, Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Cameras that one grant, link or token may name. */
export const MAX_CAMERAS_NAMED = 1000;

/** A camera's name. */
export const cameraName = v.pipe(
	v.string(),
	v.regex(CAMERA_NAME, '1 to 63 small letters, digits and hyphens are wanted, not beginning with a hyphen'),
);
/** Some cameras by name; null: all. */
export const cameraNames = v.pipe(v.array(cameraName), v.maxLength(MAX_CAMERAS_NAMED));

const role = v.picklist(['owner', 'viewer'], 'owner or viewer is wanted');
const add = v.strictObject({
	name: v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH * 4)),
	role,
	cameras: v.optional(v.nullable(cameraNames), null),
});
const change = v.strictObject({ role: v.optional(role), cameras: v.optional(v.nullable(cameraNames)) });

/** Who may sign in, and what they may see. */
export function peopleRoutes({ people, events, clock, kept }: Accounts): Route<Principal, Action>[] {
	const record = (kind: EventKind, exchange: Exchange<Principal>, about: string) => {
		const who = 'person' in exchange.who ? people.nameOf(exchange.who.person) : undefined;
		events.record({ kind, who, about, ...visitorOf(exchange) });
	};
	const answer = async ({ response }: Exchange<Principal>, { person, token, expiresAt }: Invitation) => {
		await kept();
		sendJson(response, 201, { person, token, path: `/#invite=${token}`, expiresAt });
	};

	return [
		{
			method: 'GET',
			path: '/api/people',
			action: 'person.list',
			handle: ({ response }) => sendJson(response, 200, { people: people.list() }),
		},
		{
			method: 'POST',
			path: '/api/people',
			action: 'person.add',
			async handle(exchange) {
				const invitation = people.add(await readJson(exchange.request, add, clock));
				record('person-added', exchange, invitation.person.name);
				await answer(exchange, invitation);
			},
		},
		{
			method: 'PUT',
			path: '/api/people/:person',
			action: 'person.change',
			async handle(exchange) {
				const wish = await readJson(exchange.request, change, clock);
				const person = people.change(exchange.params.person ?? '', {
					...(wish.role === undefined ? {} : { role: wish.role }),
					...(wish.cameras === undefined ? {} : { cameras: wish.cameras }),
				});
				record('person-changed', exchange, person.name);
				await kept();
				sendJson(exchange.response, 200, { person });
			},
		},
		{
			method: 'DELETE',
			path: '/api/people/:person',
			action: 'person.remove',
			async handle(exchange) {
				record('person-removed', exchange, people.remove(exchange.params.person ?? ''));
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
		{
			method: 'POST',
			path: '/api/people/:person/invitation',
			action: 'person.invite',
			async handle(exchange) {
				const invitation = people.invite(exchange.params.person ?? '');
				record('person-invited', exchange, invitation.person.name);
				await answer(exchange, invitation);
			},
		},
	];
}
