import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import type { StoredLink } from '../auth/files.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { SHARE_LINK_HOURS } from '../auth/share-links.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Links for people without an account. */
export function linkRoutes({ links, access, events, clock, kept }: Accounts): Route<Principal, Action>[] {
	const listed = ({ sha256: _, ...link }: StoredLink) => ({
		...link,
		cameras: [...links.camerasOf(link)],
		scope: 'live' as const,
		viewers: access.viewersOf(link.id),
	});
	return [
		{
			...endpoint(api.links.list),
			action: 'link.list',
			handle: ({ response }) => sendAnswer(response, api.links.list, { links: links.list().map(listed) }),
		},
		{
			...endpoint(api.links.add),
			action: 'link.add',
			async handle(exchange) {
				const { expiresInSeconds = SHARE_LINK_HOURS * 3600, ...asked } = await readBody(
					exchange.request,
					api.links.add,
					clock,
				);
				const { link, token } = links.add({ ...asked, lifetimeMs: expiresInSeconds * 1000 });
				events.record({ kind: 'link-added', about: link.label, ...visitorOf(exchange) });
				await kept();
				sendAnswer(exchange.response, api.links.add, { link: listed(link), token, path: `/#share=${token}` });
			},
		},
		{
			...endpoint(api.links.revoke),
			action: 'link.revoke',
			async handle(exchange) {
				const gone = links.revoke(exchange.params.link ?? '');
				if (!gone) throw new RelayError('not-found', 'There is no such link');
				events.record({ kind: 'link-revoked', about: gone.label, ...visitorOf(exchange) });
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
	];
}
