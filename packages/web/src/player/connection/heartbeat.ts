import type { Cancel, Clock, Millis } from '@oriel/base';

/** Pings in the opening volley: the age of the first pictures rests on them. */
const QUICK_PINGS = 4;
const QUICK_INTERVAL_MS: Millis = 150;
const INTERVAL_MS: Millis = 1_000;

/** Pings a few times quickly, then every second, until cancelled. */
export function startHeartbeat(clock: Clock, ping: () => void): Cancel {
	let sent = 0;
	let cancel: Cancel = () => {};
	const beat = () => {
		ping();
		sent++;
		cancel = clock.after(sent < QUICK_PINGS ? QUICK_INTERVAL_MS : INTERVAL_MS, beat);
	};
	beat();
	return () => cancel();
}
