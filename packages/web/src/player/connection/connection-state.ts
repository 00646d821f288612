import type { Millis } from '@oriel/base';
import type { GoodbyeReason } from '@oriel/protocol';

/** Why the page has stopped trying: the relay's own reason, or that no user is signed in. */
export type EndReason = GoodbyeReason | 'signed-out';

/** How the page stands with its relay. Wall times are milliseconds since 1970. */
export type ConnectionState =
	| { readonly phase: 'idle' }
	| { readonly phase: 'connecting' }
	| { readonly phase: 'open' }
	| { readonly phase: 'reconnecting'; readonly since: Millis }
	| { readonly phase: 'ended'; readonly reason: EndReason; readonly message: string };
