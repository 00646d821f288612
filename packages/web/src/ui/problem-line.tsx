import type { ComponentChildren } from 'preact';
import styles from './problem-line.module.css';

/** What went wrong with a form or a list as a whole; read out. */
export function ProblemLine({ children }: { children: ComponentChildren }) {
	return (
		<p class={styles.line} role="alert">
			{children}
		</p>
	);
}
