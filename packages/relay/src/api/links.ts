import * as v from 'valibot';
import type { Accounts } from '../access/accounts.ts';
import type { StoredLink } from '../access/files.ts';
import type { Action, Principal } from '../access/policy.ts';
import { MAX_SHARE_LINK_DAYS, SHARE_LINK_HOURS } from '../access/share-links.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readJson } from '../http/body.ts';
import { sendEmpty, sendJson } from '../http/respond.ts';
import type { Route } from '../http/route.ts';
import { cameraNames } from './people.ts';
import { visitorOf } from './visitor.ts';

/** Longest label of a link or a token. */
export const MAX_LABEL_LENGTH = 100;

/** What something is for, in its owner's words. */
export const label = v.pipe(v.string(), v.maxLength(MAX_LABEL_LENGTH));
/** From now on. */
export const lifetimeSeconds = v.pipe(
	v.number(),
	v.integer(),
	v.minValue(60),
	v.maxValue(MAX_SHARE_LINK_DAYS * 86_400, `at most ${MAX_SHARE_LINK_DAYS} days are possible`),
);

const wish = v.strictObject({
	cameras: v.pipe(cameraNames, v.minLength(1, 'at least one camera is wanted')),
	label: v.optional(label, ''),
	expiresInSeconds: v.optional(lifetimeSeconds, SHARE_LINK_HOURS * 3600),
	maxViewers: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))), null),
});

/** Links for people without an account. */
export function linkRoutes({ links, access, events, clock, kept }: Accounts): Route<Principal, Action>[] {
	const listed = ({ sha256: _, ...link }: StoredLink) => ({
		...link,
		cameras: [...links.camerasOf(link)],
		scope: 'live',
		viewers: access.viewersOf(link.id),
	});
	return [
		{
			method: 'GET',
			path: '/api/links',
			action: 'link.list',
			handle: ({ response }) => sendJson(response, 200, { links: links.list().map(listed) }),
		},
		{
			method: 'POST',
			path: '/api/links',
			action: 'link.add',
			async handle(exchange) {
				const { expiresInSeconds, ...asked } = await readJson(exchange.request, wish, clock);
				const { link, token } = links.add({ ...asked, lifetimeMs: expiresInSeconds * 1000 });
				events.record({ kind: 'link-added', about: link.label, ...visitorOf(exchange) });
				await kept();
				sendJson(exchange.response, 201, { link: listed(link), token, path: `/#share=${token}` });
			},
		},
		{
			method: 'DELETE',
			path: '/api/links/:link',
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
