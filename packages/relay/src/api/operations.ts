import type { Action, Principal } from '../access/policy.ts';
import type { SignInCheck } from '../access/sign-in-check.ts';
import { sendEmpty, sendJson } from '../http/respond.ts';
import type { Route } from '../http/route.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** For those who look after the relay: health, readiness, metrics. */
export function operationRoutes(
	metrics: Metrics,
	isReady: () => boolean,
	signIn: SignInCheck,
): Route<Principal, Action>[] {
	return [
		{
			method: 'GET',
			path: '/healthz',
			action: 'health.read',
			async handle({ response }) {
				await signIn.require();
				sendEmpty(response, 200);
			},
		},
		{
			method: 'GET',
			path: '/readyz',
			action: 'health.read',
			handle({ response }) {
				if (isReady()) sendEmpty(response, 200);
				else sendJson(response, 503, { error: { code: 'draining', message: 'Not ready' } });
			},
		},
		{
			method: 'GET',
			path: '/metrics',
			action: 'metrics.read',
			async handle({ response }) {
				const { type, body } = await metrics.text();
				response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
			},
		},
	];
}
