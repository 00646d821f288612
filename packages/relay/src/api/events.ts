import * as api from '@oriel/api';
import type { Accounts } from '../auth/accounts.ts';
import { MAX_EVENTS_READ } from '../auth/event-log.ts';
import type { Action, Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';

const EVENTS_BY_DEFAULT = 100;

/** What happened, newest first. */
export function eventRoutes({ events }: Accounts): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.events.list),
			action: 'event.list',
			handle({ response, url }) {
				const limit = numberIn(url, 'limit', EVENTS_BY_DEFAULT, MAX_EVENTS_READ);
				const before = numberIn(url, 'before', Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER);
				sendAnswer(response, api.events.list, events.read(limit, before));
			},
		},
	];
}

function numberIn(url: URL, name: string, fallback: number, max: number): number {
	const text = url.searchParams.get(name);
	if (text === null) return fallback;
	const number = /^\d{1,16}$/.test(text) ? Number(text) : 0;
	if (number >= 1 && number <= max) return number;
	throw new RelayError('bad-request', `${name}: expected a whole number from 1 to ${max}`);
}
