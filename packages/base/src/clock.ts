import type { Micros, Millis } from './time.ts';

/** Ends a timer. Calling it after the timer has fired, or twice, does nothing. */
export type Cancel = () => void;

/**
 * Where a part of Oriel gets its time from. Everything that waits or measures takes one, so that tests own the time.
 */
export interface Clock {
	/** Microseconds of a clock that never steps back. Its zero is unknown: compare it only with itself. */
	now(): Micros;
	/** Milliseconds since 1970 (UTC) as the machine believes. It may step; only for people and files. */
	wall(): Millis;
	/** Calls `action` once, `delay` milliseconds from now. */
	after(delay: Millis, action: () => void): Cancel;
	/** Calls `action` every `interval` milliseconds until cancelled. */
	every(interval: Millis, action: () => void): Cancel;
}

/** Resolves after `delay` milliseconds, or at once when `signal` aborts. It never rejects: ask the signal why it woke. */
export function sleep(clock: Clock, delay: Millis, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const wake = () => {
			cancel();
			signal?.removeEventListener('abort', wake);
			resolve();
		};
		const cancel = clock.after(delay, wake);
		signal?.addEventListener('abort', wake);
	});
}
