import type { Millis } from '@oriel/base';

/** A past moment the way people say it: the time of day, with the date if it was not today. Both are wall times. */
export function sinceWords(moment: Millis, now: Millis, locale?: string): string {
	const then = new Date(moment);
	const today = new Date(now);
	const time = then.toLocaleTimeString(locale, { timeStyle: 'short' });
	if (then.toDateString() === today.toDateString()) return time;
	const year = then.getFullYear() === today.getFullYear() ? {} : ({ year: 'numeric' } as const);
	return `${then.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...year })}, ${time}`;
}
