import styles from './pill.module.css';

/** How much attention a state asks for. */
export type Tone = 'good' | 'quiet' | 'warn' | 'bad';

/** A state in a word, with a dot in the colour of its tone. */
export function Pill({ tone, children }: { tone: Tone; children: string }) {
	return (
		<span class={styles.pill} data-tone={tone}>
			<span class={styles.dot} aria-hidden="true" />
			{children}
		</span>
	);
}
