import type { GuestLink } from '@oriel/api';
import { classes } from '../../ui/classes.ts';
import { dateWords, inWords } from '../time-words.ts';
import { useNow } from '../use-now.ts';
import styles from './wall-bar.module.css';

/** What a guest came by, and how long it holds. */
export function GuestNote({ link: { label, expiresAt }, isConnected }: { link: GuestLink; isConnected: boolean }) {
	const now = useNow();
	return (
		<span class={classes(styles.count, styles.guestNote)} title={`until ${dateWords(expiresAt)}`}>
			{label && <bdi>{label}</bdi>}
			<span class={classes(styles.until, !isConnected && styles.lessImportant)} data-until>
				expires {inWords(expiresAt, now)}
			</span>
		</span>
	);
}
