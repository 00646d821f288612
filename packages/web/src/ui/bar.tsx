import type { ComponentChildren } from 'preact';
import styles from './bar.module.css';

/** The bar at the top of a page. It steps back while nothing moves, unless it is kept for something worth reading. */
export function Bar({ children, keep = false }: { children: ComponentChildren; keep?: boolean }) {
	return (
		<header class={styles.bar} data-chrome data-keep={keep || undefined}>
			{children}
		</header>
	);
}
