import type { Clock } from './clock.ts';

/**
 * `clock`, whose timers never throw: what an action throws goes to `failed`, and its timer goes on. An exception out of a
 * timer would end the process, and with it everything that had nothing to do with that timer.
 */
export function guardedClock(clock: Clock, failed: (thrown: unknown) => void): Clock {
	const guarded = (action: () => void) => () => {
		try {
			action();
		} catch (thrown) {
			failed(thrown);
		}
	};
	return {
		now: () => clock.now(),
		wall: () => clock.wall(),
		after: (delay, action) => clock.after(delay, guarded(action)),
		every: (interval, action) => clock.every(interval, guarded(action)),
	};
}
