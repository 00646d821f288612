import * as api from '@oriel/api';
import type { Action, Principal } from '../auth/policy.ts';
import type { SignInCheck } from '../auth/sign-in-check.ts';
import { RelayError } from '../errors/relay-error.ts';
import { sendEmpty } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** For those who look after the relay: health, readiness, metrics. */
export function operationRoutes(
	metrics: Metrics,
	isReady: () => boolean,
	signIn: SignInCheck,
): Route<Principal, Action>[] {
	return [
		{
			...endpoint(api.health.alive),
			action: 'health.read',
			async handle({ response }) {
				await signIn.require();
				sendEmpty(response, 200);
			},
		},
		{
			...endpoint(api.health.ready),
			action: 'health.read',
			handle({ response }) {
				if (!isReady()) throw new RelayError('draining', 'Not ready');
				sendEmpty(response, 200);
			},
		},
		{
			...endpoint(api.metrics.read),
			action: 'metrics.read',
			async handle({ response }) {
				const { type, body } = metrics.text();
				response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
			},
		},
	];
}
