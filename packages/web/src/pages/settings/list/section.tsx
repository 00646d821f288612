import type { ComponentChildren } from 'preact';
import styles from './section.module.css';

interface SectionProps {
	readonly title: string;
	/** What it is for, in a sentence. */
	readonly words: string;
	/** The button that adds something. */
	readonly action?: ComponentChildren;
	readonly children: ComponentChildren;
}

/** A part of the settings. */
export function Section({ title, words, action, children }: SectionProps) {
	return (
		<section class={styles.section} aria-label={title}>
			<div class={styles.head}>
				<div>
					<h2>{title}</h2>
					<p>{words}</p>
				</div>
				{action}
			</div>
			{children}
		</section>
	);
}
