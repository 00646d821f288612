import { useId } from 'preact/hooks';
import styles from './field.module.css';

interface SelectFieldProps {
	readonly label: string;
	readonly value: string;
	/** What is sent, and what is shown for it. */
	readonly options: readonly (readonly [value: string, words: string])[];
	readonly onChange: (value: string) => void;
	readonly hint?: string;
}

/** One of a few. */
export function SelectField({ label, value, options, onChange, hint }: SelectFieldProps) {
	const id = useId();
	return (
		<div class={styles.field}>
			<label for={id}>{label}</label>
			<div class={styles.box}>
				<select
					id={id}
					value={value}
					onChange={(event) => onChange(event.currentTarget.value)}
					aria-describedby={`${id}-words`}
				>
					{options.map(([option, words]) => (
						<option key={option} value={option} selected={option === value}>
							{words}
						</option>
					))}
				</select>
			</div>
			<p id={`${id}-words`} class={styles.words}>
				{hint}
			</p>
		</div>
	);
}
