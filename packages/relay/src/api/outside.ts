import * as api from '@oriel/api';
import type { Action, Principal } from '../auth/policy.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';

/** Whether requests from public addresses have arrived, for the owner. */
export function outsideRoutes(seen: () => api.Outside): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.outside.read),
			action: 'outside.read',
			handle: ({ response }) => sendAnswer(response, api.outside.read, seen()),
		},
	];
}
