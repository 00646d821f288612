import type { ComponentChildren } from 'preact';
import styles from './banner.module.css';

/** Something worth knowing that does not stop anything. */
export function Banner({ words, children }: { words: string; children?: ComponentChildren }) {
	return (
		<aside class={styles.banner} aria-label="Notice">
			<span class={styles.words} role="status">
				{words}
			</span>
			{children}
		</aside>
	);
}
