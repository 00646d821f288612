import type { Millis } from '@oriel/base';
import type { Goodbye, GoodbyeReason } from '@oriel/protocol';

/** Wait after a goodbye that says not to come back by oneself. */
const UNWANTED_MS: Millis = 60_000;

/** What our own goodbyes say about coming back: when the relay may expect us. */
export const OUR_RETURN_MS: Readonly<Record<GoodbyeReason, Millis | null>> = {
	'shutting-down': null,
	'taken-over': null,
	revoked: null,
	finished: null,
	silent: 0,
	'protocol-error': 5000,
	'too-large': 5000,
};

/** Why a connection is over. */
export interface CloseReason {
	/** For people. */
	readonly words: string;
	/** When the relay wants us back; undefined: it did not say. */
	readonly retryAfterMs: Millis | undefined;
}

/** What the relay's goodbye means for us. */
export function closeReasonOf({ reason, message, retryAfterMs }: Goodbye): CloseReason {
	const words = reason === 'taken-over' ? "another agent sends pictures with this camera's key" : message;
	return { words: `the relay said goodbye (${reason}): ${words}`, retryAfterMs: retryAfterMs ?? UNWANTED_MS };
}
