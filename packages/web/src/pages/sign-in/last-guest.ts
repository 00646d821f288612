import type { GuestLink } from '@oriel/api';

const KEY = 'oriel-guest-until';

/** Remembers in this browser that it came by a share link, so that it is told of the link's end and not asked for a password. */
export function rememberGuest({ expiresAt }: Pick<GuestLink, 'expiresAt'>): void {
	store(expiresAt);
}

/** A person signed in here, or the guest left. */
export function forgetGuest(): void {
	store(undefined);
}

/** When the share link that this browser came by runs out (ISO 8601); undefined if it came otherwise. */
export function lastGuestUntil(): string | undefined {
	try {
		return localStorage.getItem(KEY) ?? undefined;
	} catch {
		return undefined;
	}
}

function store(until: string | undefined): void {
	try {
		if (until === undefined) localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, until);
	} catch {
		// A browser that keeps nothing shows the sign-in page instead.
	}
}
