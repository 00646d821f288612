import type { Millis } from '@oriel/base';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a span is, in its largest unit: `5 min`, `23 h`, `6 days`. Under a minute: `less than a minute`. */
export function spanWords(span: Millis): string {
	if (span < MINUTE) return 'less than a minute';
	if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
	if (span < 2 * DAY) return `${Math.floor(span / HOUR)} h`;
	return `${Math.floor(span / DAY)} days`;
}

/** A past moment (ISO 8601): `just now`, `5 min ago`, `3 days ago`; nothing for what is no moment. */
export function agoWords(moment: string, now: Millis): string {
	const span = now - Date.parse(moment);
	if (Number.isNaN(span)) return '';
	return span < MINUTE ? 'just now' : `${spanWords(span)} ago`;
}

/** A moment to come (ISO 8601): `in 23 h`; `now` once it is past. */
export function inWords(moment: string, now: Millis): string {
	const span = Date.parse(moment) - now;
	return span > 0 ? `in ${spanWords(span)}` : 'now';
}

/** A whole moment (ISO 8601) as the person's own calendar has it: `22 Nov 2026, 14:02`. */
export function dateWords(moment: string, locale?: string): string {
	const date = new Date(moment);
	if (Number.isNaN(date.getTime())) return '';
	return date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** `9:05` for 545 s. */
export function clockWords(seconds: number): string {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
