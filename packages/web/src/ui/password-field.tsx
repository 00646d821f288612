import { useId, useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import styles from './field.module.css';
import { focusAtFirst } from './focus-at-first.ts';
import unseen from './unseen.module.css';

interface PasswordFieldProps {
	readonly label: string;
	/** A new one, or the one that is known: password managers want to know. */
	readonly purpose: 'new-password' | 'current-password';
	/** Whose it is, for password managers; left out where the form asks for the name itself. */
	readonly username?: string;
	readonly value: string;
	readonly onInput: (value: string) => void;
	readonly hint?: string;
	readonly problem?: string | undefined;
}

/** A password, which can be shown. The problem, if any, is read out. */
export function PasswordField({ label, purpose, username, value, onInput, hint, problem }: PasswordFieldProps) {
	const [shown, setShown] = useState(false);
	const id = useId();
	return (
		<div class={styles.field}>
			{username !== undefined && <HiddenName name={username} />}
			<label for={id}>{label}</label>
			<div class={styles.box} data-problem={problem ? '' : undefined}>
				<input
					id={id}
					// Preact's types do not see that one input may be both.
					type={(shown ? 'text' : 'password') as 'password'}
					autocomplete={purpose}
					value={value}
					onInput={(event) => onInput(event.currentTarget.value)}
					aria-describedby={`${id}-words`}
					aria-invalid={problem ? true : undefined}
					ref={focusAtFirst}
				/>
				<IconButton icon="eye" label={shown ? 'Hide password' : 'Show password'} onClick={() => setShown(!shown)} />
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

function HiddenName({ name }: { name: string }) {
	return (
		<input
			class={unseen.unseen}
			type="text"
			name="username"
			value={name}
			autocomplete="username"
			aria-hidden="true"
			tabIndex={-1}
			readOnly
		/>
	);
}
