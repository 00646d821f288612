import './check-list.css';
import type { CheckOption } from './check-option.ts';
import './field.css';

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
		<fieldset class="field check-list">
			<legend>{label}</legend>
			<div class="check-box">
				{options.length > 1 && (
					<label class="check check-all">
						<input type="checkbox" checked={isAll} onChange={(event) => toggleAll(event.currentTarget.checked)} />
						All
					</label>
				)}
				{options.map(([id, words]) => (
					<label key={id} class="check">
						<input
							type="checkbox"
							checked={chosen.includes(id)}
							onChange={(event) => toggle(id, event.currentTarget.checked)}
						/>
						<bdi>{words}</bdi>
					</label>
				))}
			</div>
			{problem && (
				<p class="problem-line" role="alert">
					{problem}
				</p>
			)}
		</fieldset>
	);
}
