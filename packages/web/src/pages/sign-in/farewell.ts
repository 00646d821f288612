import type { GuestLink, Session } from '@oriel/api';
import type { Millis } from '@oriel/base';

/** How a visit came to its end. */
export type Farewell =
	/** They left themselves. */
	| { readonly why: 'left'; readonly guest: boolean }
	/** The session, or what it rested on, is gone. */
	| { readonly why: 'ended' }
	| { readonly why: 'link-ended' | 'link-expired' };

/** What is known of a visit that is over. */
export interface Visit {
	readonly role: Session['role'];
	readonly link: Pick<GuestLink, 'expiresAt'> | null;
}

/** The end that was not the person's own doing, by what is known of the visit. */
export function farewellOf({ role, link }: Visit, now: Millis): Farewell {
	if (role !== 'guest') return { why: 'ended' };
	return { why: link && Date.parse(link.expiresAt) <= now ? 'link-expired' : 'link-ended' };
}
