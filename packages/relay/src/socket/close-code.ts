import type { GoodbyeReason } from '@oriel/wire';

/** The WebSocket close code that goes with each goodbye (RFC 6455 clause 7.4; 4000 and above are ours). */
export const CLOSE_CODES: Readonly<Record<GoodbyeReason, number>> = {
	finished: 1000,
	'protocol-error': 1002,
	'too-large': 1009,
	'shutting-down': 1012,
	'taken-over': 4001,
	revoked: 4003,
	silent: 4008,
};
