import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import { namesIn } from '../auth/camera-identity.ts';
import type { StoredToken } from '../auth/files.ts';
import { addToken, removeToken } from '../auth/keys.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Tokens that can be made over HTTP; the command line has no limit. */
export const MAX_TOKENS = 500;

/** What lets programs watch. */
export function tokenRoutes({ access, events, clock, kept }: Accounts): Route<Principal, Action>[] {
	const { files } = access;
	const listed = ({ sha256: _, cameras, ...token }: StoredToken) => ({
		...token,
		cameras: cameras && [...namesIn(files, cameras)],
	});
	return [
		{
			...endpoint(api.tokens.list),
			action: 'token.list',
			handle: ({ response }) => sendAnswer(response, api.tokens.list, { tokens: files.tokens.rows.map(listed) }),
		},
		{
			...endpoint(api.tokens.add),
			action: 'token.add',
			async handle(exchange) {
				const { cameras, expiresInSeconds, ...asked } = await readBody(exchange.request, api.tokens.add, clock);
				if (files.tokens.rows.length >= MAX_TOKENS) {
					throw new RelayError('too-many-open', `There are ${MAX_TOKENS} tokens, which is the most; revoke some`);
				}
				if (cameras?.length === 0) throw new RelayError('bad-request', 'cameras: at least one, or null for all');
				const lifetimeMs = expiresInSeconds === null ? undefined : expiresInSeconds * 1000;
				const { secret, token } = addToken(files, clock, { ...asked, cameras: cameras ?? [], lifetimeMs });
				access.changed();
				events.record({ kind: 'token-added', about: token.label, ...visitorOf(exchange) });
				await kept();
				sendAnswer(exchange.response, api.tokens.add, { token: listed(token), secret });
			},
		},
		{
			...endpoint(api.tokens.revoke),
			action: 'token.revoke',
			async handle(exchange) {
				const gone = removeToken(files, exchange.params.token ?? '');
				if (!gone) throw new RelayError('not-found', 'There is no such token');
				access.changed();
				events.record({ kind: 'token-revoked', about: gone.label, ...visitorOf(exchange) });
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
	];
}
