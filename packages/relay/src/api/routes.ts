import type { Certificate, Outside } from '@oriel/api';
import type { Clock } from '@oriel/base';
import type { Accounts } from '../auth/accounts.ts';
import type { Action, Principal } from '../auth/policy.ts';
import type { Hub } from '../core/hub.ts';
import type { Route } from '../http/route.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { cameraRoutes } from './cameras.ts';
import { certificateRoutes } from './certificate.ts';
import { controlRoutes } from './controls.ts';
import { eventRoutes } from './events.ts';
import { invitationRoutes } from './invitations.ts';
import { keyRoutes } from './keys.ts';
import { linkRoutes } from './links.ts';
import { operationRoutes } from './operations.ts';
import { outsideRoutes } from './outside.ts';
import { type PairingOptions, pairingRoutes } from './pairings.ts';
import { peopleRoutes } from './people.ts';
import { type SessionOptions, sessionRoutes } from './session.ts';
import { sessionListRoutes } from './sessions.ts';
import { tokenRoutes } from './tokens.ts';

export interface ApiParts {
	readonly accounts: Accounts;
	readonly hub: Hub;
	readonly metrics: Metrics;
	/** The certificate; undefined: plain HTTP. */
	readonly tls: { readonly certificate: { isSelfSigned: boolean; pin: string }; report(): Certificate } | undefined;
	/** When requests from public addresses have arrived. */
	readonly outside: { readonly seen: Outside };
	readonly clock: Clock;
	readonly version: string;
	/** Aborted when the relay stops. */
	readonly signal: AbortSignal;
}

/** The relay's API: who may do what, cameras, and what those ask for who look after the relay. */
export function apiRoutes({
	accounts,
	hub,
	metrics,
	tls,
	outside,
	clock,
	version,
	signal,
}: ApiParts): Route<Principal, Action>[] {
	const pin = () => (tls?.certificate.isSelfSigned ? tls.certificate.pin : undefined);
	const counts = { failed: metrics.countAuthFailure, limited: metrics.countRateLimited };
	return [
		...accountRoutes({ ...accounts, ...counts, hub, version, signal, pin }),
		...cameraRoutes({ hub, clock, version, pin }),
		...controlRoutes({ hub, clock, events: accounts.events }),
		...certificateRoutes(() => tls?.report()),
		...outsideRoutes(() => outside.seen),
		...operationRoutes(metrics, () => !signal.aborted, accounts.signIn),
	];
}

/** All that is about who may do what. */
function accountRoutes(options: SessionOptions & PairingOptions): Route<Principal, Action>[] {
	return [
		...sessionRoutes(options),
		...sessionListRoutes(options),
		...peopleRoutes(options),
		...invitationRoutes(options),
		...linkRoutes(options),
		...tokenRoutes(options),
		...keyRoutes(options),
		...pairingRoutes(options),
		...eventRoutes(options),
	];
}
