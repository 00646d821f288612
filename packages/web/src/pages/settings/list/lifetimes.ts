const HOUR = 3_600;
const DAY = 24 * HOUR;

/** How long a link or a token may be good, for a select field: seconds, and words. */
export const LIFETIMES = [
	[String(HOUR), '1 hour'],
	[String(DAY), '24 hours'],
	[String(3 * DAY), '3 days'],
	[String(7 * DAY), '7 days'],
	[String(30 * DAY), '30 days'],
	[String(365 * DAY), 'a year'],
] as const;

/** What a share link is good for unless one chooses otherwise. */
export const DEFAULT_LIFETIME = String(DAY);
