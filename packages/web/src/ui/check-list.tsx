import styles from './check-list.module.css';
import type { CheckOption } from './check-option.ts';
import { classes } from './classes.ts';
import field from './field.module.css';
import { ProblemLine } from './problem-line.tsx';

interface CheckListProps {
	readonly label: string;
	readonly options: readonly CheckOption[];
	readonly chosen: readonly string[];
	readonly onChange: (chosen: readonly string[]) => void;
	readonly problem?: string | undefined;
}

/** Any of a list. */
export function CheckList({ label, options, chosen, onChange, problem }: CheckListProps) {
	const toggle = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((other) => other !== id));
	const isAll = options.every(([id]) => chosen.includes(id));
	const toggleAll = (on: boolean) => onChange(on ? options.map(([id]) => id) : []);
	return (
		<fieldset class={classes(field.field, styles.list)}>
			<legend>{label}</legend>
			<div class={styles.box}>
				{options.length > 1 && (
					<label class={styles.check}>
						<input type="checkbox" checked={isAll} onChange={(event) => toggleAll(event.currentTarget.checked)} />
						All
					</label>
				)}
				{options.map(([id, words]) => (
					<label key={id} class={styles.check}>
						<input
							type="checkbox"
							checked={chosen.includes(id)}
							onChange={(event) => toggle(id, event.currentTarget.checked)}
						/>
						<bdi>{words}</bdi>
					</label>
				))}
			</div>
			{problem && <ProblemLine>{problem}</ProblemLine>}
		</fieldset>
	);
}
