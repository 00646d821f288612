import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import { idOf } from '../auth/credential.ts';
import { removeKey, removeKeys } from '../auth/keys.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { sendAnswer, sendEmpty } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** Publish keys. They are made by pairing or by the command line, and can be taken away here. */
export function keyRoutes({ access, events, kept }: Accounts): Route<Principal, Action>[] {
	const { files } = access;
	return [
		{
			...endpoint(api.keys.list),
			action: 'key.list',
			handle({ response }) {
				const listed = files.keys.rows.map(({ sha256, camera, createdAt }) => ({
					id: idOf(sha256),
					camera,
					createdAt,
				}));
				sendAnswer(response, api.keys.list, { keys: listed });
			},
		},
		{
			...endpoint(api.keys.revoke),
			action: 'key.revoke',
			async handle(exchange) {
				const camera = removeKey(files, exchange.params.key ?? '');
				if (camera === undefined) throw new RelayError('not-found', 'There is no such key');
				access.changed();
				events.record({ kind: 'key-revoked', about: camera, ...visitorOf(exchange) });
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
		{
			...endpoint(api.cameras.remove),
			action: 'camera.remove',
			async handle(exchange) {
				const camera = exchange.params.camera ?? '';
				if (removeKeys(files, camera) === 0) throw new RelayError('not-found', 'There is no such camera');
				access.changed();
				events.record({ kind: 'camera-removed', about: camera, ...visitorOf(exchange) });
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
	];
}
