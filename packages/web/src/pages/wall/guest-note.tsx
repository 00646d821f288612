import type { GuestLink } from '@oriel/api';
import { dateWords, inWords } from '../time-words.ts';
import { useNow } from '../use-now.ts';

/** What a guest came by, and how long it holds. */
export function GuestNote({ link: { label, expiresAt }, isConnected }: { link: GuestLink; isConnected: boolean }) {
	const now = useNow();
	return (
		<span class="count guest-note" title={`until ${dateWords(expiresAt)}`}>
			{label && <bdi>{label}</bdi>}
			<span class={isConnected ? 'until' : 'until less-important'}>expires {inWords(expiresAt, now)}</span>
		</span>
	);
}
