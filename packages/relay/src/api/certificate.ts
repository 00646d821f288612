import type { Action, Principal } from '../access/policy.ts';
import { sendJson } from '../http/respond.ts';
import type { Route } from '../http/route.ts';

/** How the relay's certificate is, for its owner. `report` gives undefined where there is plain HTTP. */
export function certificateRoutes(report: () => object | undefined): Route<Principal, Action>[] {
	return [
		{
			method: 'GET',
			path: '/api/certificate',
			action: 'certificate.read',
			handle: ({ response }) => sendJson(response, 200, report() ?? { source: 'none', state: 'none' }),
		},
	];
}
