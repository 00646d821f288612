import type { Action, Principal } from '../access/permissions.ts';
import type { Route } from '../http/route.ts';
import { eventRoutes } from './events.ts';
import { invitationRoutes } from './invitations.ts';
import { keyRoutes } from './keys.ts';
import { linkRoutes } from './links.ts';
import { type PairingOptions, pairingRoutes } from './pairings.ts';
import { peopleRoutes } from './people.ts';
import { type SessionOptions, sessionRoutes } from './session.ts';
import { sessionListRoutes } from './sessions.ts';
import { tokenRoutes } from './tokens.ts';

/** All that is about who may do what. */
export function accountRoutes(options: SessionOptions & PairingOptions): Route<Principal, Action>[] {
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
