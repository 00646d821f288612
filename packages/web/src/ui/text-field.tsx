import { useId } from 'preact/hooks';
import { classes } from './classes.ts';
import styles from './field.module.css';
import { focusAtFirst } from './focus-at-first.ts';

interface TextFieldProps {
	readonly label: string;
	readonly value: string;
	readonly onInput: (value: string) => void;
	readonly kind?: 'text' | 'number';
	readonly hint?: string | undefined;
	/** What is wrong; read out. */
	readonly problem?: string | undefined;
	readonly maxLength?: number;
	/** For password managers; off unless told otherwise. */
	readonly autocomplete?: 'off' | 'username';
	/** Whether it is where one begins. */
	readonly first?: boolean;
	/** Whether it holds something for machines: no capitals, no spelling. */
	readonly plain?: boolean;
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
	const { label, value, onInput, kind = 'text', hint, problem, maxLength, autocomplete = 'off', first, plain } = props;
	const id = useId();
	return (
		<div class={styles.field}>
			<label for={id}>{label}</label>
			<div class={styles.box} data-problem={problem ? '' : undefined}>
				<input
					id={id}
					type={kind as 'text'}
					inputMode={kind === 'number' ? 'numeric' : undefined}
					min={kind === 'number' ? 1 : undefined}
					value={value}
					maxLength={maxLength}
					autocomplete={autocomplete}
					autocapitalize={plain ? 'none' : undefined}
					spellcheck={plain ? false : undefined}
					onInput={(event) => onInput(event.currentTarget.value)}
					aria-describedby={`${id}-words`}
					aria-invalid={problem ? true : undefined}
					ref={first ? focusAtFirst : null}
				/>
			</div>
			<p
				id={`${id}-words`}
				class={classes(styles.words, problem && styles.problem)}
				role={problem ? 'alert' : undefined}
			>
				{problem ?? hint}
			</p>
		</div>
	);
}
