import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';
import styles from './notice.module.css';
import { Wordmark } from './wordmark.tsx';

interface NoticeProps {
	readonly title: string;
	/** Whether it may be gone again in a moment: then it does not flash up. */
	readonly late?: boolean;
	readonly children?: ComponentChildren;
}

/** A page that has one thing to say. */
export function Notice({ title, late = false, children }: NoticeProps) {
	return (
		<main class={classes(styles.notice, late && styles.late)}>
			<Wordmark />
			<div class={styles.body}>
				<h1>{title}</h1>
				{children}
			</div>
		</main>
	);
}
