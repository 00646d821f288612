import type { Attempts } from '../auth/attempts.ts';
import type { EventLog } from '../auth/event-log.ts';
import type { Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import type { Exchange } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

export interface GuardOptions {
	readonly attempts: Attempts;
	readonly events: EventLog;
	/** Hears of every wrong password, link or code, and of every one who had to wait. */
	readonly failed: (kind: string) => void;
	readonly limited: (kind: string) => void;
}

/** What is tried: `who` for the event log, and the account whose tries count together. */
export interface Tried {
	readonly who?: string | undefined;
	readonly account?: string | undefined;
}

/** Does `attempt` unless its address has guessed too often, and remembers how it went. */
export async function guarded<T>(
	exchange: Exchange<Principal>,
	{ attempts, events, failed, limited }: GuardOptions,
	{ who, account }: Tried,
	attempt: () => T | Promise<T>,
): Promise<T> {
	const { address } = exchange;
	const wait = attempts.waitSeconds(address, account);
	if (wait > 0) {
		limited('sign-in');
		events.record({ kind: 'sign-in-limited', who, ...visitorOf(exchange) });
		throw new RelayError('too-many-attempts', `Too many wrong tries from here; wait ${wait} s`, {
			retryAfterSeconds: wait,
		});
	}
	// Counted before it is known how it ends, so that tries made side by side count too.
	attempts.failed(address, account);
	try {
		const result = await attempt();
		attempts.succeeded(address, account);
		return result;
	} catch (thrown) {
		if (!isGuess(thrown)) attempts.succeeded(address, account);
		else {
			failed(thrown.code);
			events.record({ kind: 'sign-in-failed', who, about: thrown.code, ...visitorOf(exchange) });
		}
		throw thrown;
	}
}

/** A caller that is told that the password is too weak, or that the link is full, had the right secret. */
function isGuess(thrown: unknown): thrown is RelayError {
	return thrown instanceof RelayError && (thrown.code === 'wrong-password' || thrown.code === 'link-expired');
}
