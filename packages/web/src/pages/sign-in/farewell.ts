import type { Millis } from '@oriel/base';
import type { GuestLink, Session } from '../../api/session.ts';

/** How somebody's visit came to its end. */
export type Farewell =
	/** They left themselves. */
	| { readonly why: 'left'; readonly guest: boolean }
	/** The session, or what it rested on, is gone. */
	| { readonly why: 'ended' }
	| { readonly why: 'link-ended' | 'link-expired' };

/** The end that was not the person's own doing, by what is known of the visit. */
export function farewellOf({ role, link }: { role: Session['role']; link: GuestLink | null }, now: Millis): Farewell {
	if (role !== 'guest') return { why: 'ended' };
	return { why: link && Date.parse(link.expiresAt) <= now ? 'link-expired' : 'link-ended' };
}
