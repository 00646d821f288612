import type { ComponentChildren } from 'preact';
import styles from './rows.module.css';

/** A list of things of one kind. */
export function Rows({ label, children }: { label: string; children: ComponentChildren }) {
	return (
		<ul class={styles.rows} aria-label={label}>
			{children}
		</ul>
	);
}

interface RowProps {
	/** Free text, possibly hostile. */
	readonly title: string;
	/** Beside the title, in small. */
	readonly aside?: ComponentChildren;
	/** What else there is to know, a line each. */
	readonly lines: readonly ComponentChildren[];
	/** What is to be done about it. */
	readonly note?: ComponentChildren;
	readonly children?: ComponentChildren;
}

/** One of them: what it is, and at its end what can be done with it. */
export function Row({ title, aside, lines, note, children }: RowProps) {
	return (
		<li class={styles.row}>
			<div class={styles.words}>
				<h3>
					<bdi>{title}</bdi>
					{aside}
				</h3>
				{lines.map((line, at) => line && <p key={at}>{line}</p>)}
				{note}
			</div>
			{children && <div class={styles.actions}>{children}</div>}
		</li>
	);
}
