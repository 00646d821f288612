import * as api from '@oriel/api';
import type { Action, Principal } from '../auth/policy.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';

/** How the relay's certificate is, for its owner. `report` gives undefined where there is plain HTTP. */
export function certificateRoutes(report: () => api.Certificate | undefined): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.certificate.read),
			action: 'certificate.read',
			handle: ({ response }) =>
				sendAnswer(response, api.certificate.read, report() ?? { source: 'none', state: 'none' }),
		},
	];
}
