import { Icon } from './icons.tsx';
import styles from './wordmark.module.css';

/** The name of the project, with its window. */
export function Wordmark() {
	return (
		<span class={styles.wordmark} data-wordmark>
			<Icon name="oriel" />
			Oriel
		</span>
	);
}
