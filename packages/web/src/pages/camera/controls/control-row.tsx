import type { CameraControl } from '@oriel/api';
import { useState } from 'preact/hooks';
import styles from './controls-panel.module.css';
import { valueWords } from './value-words.ts';

interface ControlRowProps {
	readonly control: CameraControl;
	/** As it was chosen here, or as the camera has it. */
	readonly value: number;
	readonly onChange: (value: number) => void;
}

/** One control: its name, its value, and what changes it. */
export function ControlRow({ control, value, onChange }: ControlRowProps) {
	const { kind, label } = control;
	if (kind === 'switch') {
		return (
			<label class={styles.control}>
				<span class={styles.name}>{label}</span>
				<input
					type="checkbox"
					checked={value === 1}
					onChange={({ currentTarget }) => onChange(currentTarget.checked ? 1 : 0)}
				/>
			</label>
		);
	}
	if (kind === 'menu') {
		return (
			<label class={styles.control}>
				<span class={styles.name}>{label}</span>
				<select value={value} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
					{control.choices.map((choice) => (
						<option key={choice.value} value={choice.value}>
							{choice.label}
						</option>
					))}
				</select>
			</label>
		);
	}
	return <RangeRow control={control} value={value} onChange={onChange} />;
}

/** A slider. What takes effect at once follows the finger; what restarts the camera waits until it is let go. */
function RangeRow({ control, value, onChange }: ControlRowProps) {
	const { label, min, max, step, restarts } = control;
	const [drawn, setDrawn] = useState<number>();
	const draw = (next: number) => {
		setDrawn(next);
		if (!restarts) onChange(next);
	};
	const letGo = (next: number) => {
		setDrawn(undefined);
		if (restarts || next !== drawn) onChange(next);
	};
	return (
		<div class={styles.control}>
			<span class={styles.name} aria-hidden="true">
				{label}
			</span>
			<output>{valueWords(drawn ?? value)}</output>
			<input
				type="range"
				aria-label={label}
				min={min}
				max={max}
				step={step}
				value={drawn ?? value}
				onInput={({ currentTarget }) => draw(Number(currentTarget.value))}
				onChange={({ currentTarget }) => letGo(Number(currentTarget.value))}
			/>
		</div>
	);
}
