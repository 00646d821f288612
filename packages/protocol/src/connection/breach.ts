import { type Millis, reasonOf } from '@oriel/base';
import type { ProtocolError } from '../errors/protocol-error.ts';
import type { Goodbye } from '../message/control.ts';
import { MAX_TEXT_LENGTH } from '../message/limits.ts';

/** A peer that broke the protocol would do so again: it comes back no earlier than this. */
export const RETRY_AFTER_BREACH_MS: Millis = 5000;

/** What a peer is told that broke the protocol. */
export function goodbyeAfter(error: ProtocolError): Goodbye {
	const reason = error.code === 'too-large' ? 'too-large' : 'protocol-error';
	return { reason, message: reasonOf(error).slice(0, MAX_TEXT_LENGTH), retryAfterMs: RETRY_AFTER_BREACH_MS };
}
