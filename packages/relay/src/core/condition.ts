import type { Micros } from '@oriel/base';

/** `never`: no picture since the relay started. `stalled`: connected, but no picture comes. */
export type State = 'never' | 'live' | 'stalled' | 'offline';

/** What the world may know about a camera's health. */
export interface Condition {
	readonly state: State;
	/** Relay's clock. */
	readonly since: Micros;
	/** For people, where known. */
	readonly reason: string | undefined;
}

/** The condition after `before`; the same object if nothing has changed. `seenAt`: when the newest picture came. */
export function nextCondition(
	before: Condition,
	{ state, reason }: Pick<Condition, 'state' | 'reason'>,
	{ now, seenAt }: { readonly now: Micros; readonly seenAt: Micros | undefined },
): Condition {
	if (before.state === state && before.reason === reason) return before;
	// "Offline since" counts from the last picture that came, not from when the connection was given up.
	return { state, since: state === 'live' ? now : (seenAt ?? before.since), reason };
}
