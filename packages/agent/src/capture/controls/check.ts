import type { CameraControl } from '@oriel/protocol';

type Checked = Pick<CameraControl, 'label' | 'kind' | 'min' | 'max' | 'step' | 'choices'>;

/** Why a control does not take a value, in words; undefined: it does. */
export function refusalOf({ label, kind, min, max, choices }: Checked, value: number): string | undefined {
	if (kind === 'range') {
		const isInside = Number.isFinite(value) && value >= min && value <= max;
		return isInside ? undefined : `${label}: ${value} cannot be set; expected ${min} to ${max}`;
	}
	if (kind === 'switch')
		return value === 0 || value === 1 ? undefined : `${label}: ${value} cannot be set; expected 0 or 1`;
	return choices.some((choice) => choice.value === value)
		? undefined
		: `${label}: ${value} is none of its ${choices.length} choices`;
}

/** A value as the control steps: counted from `min`, never over `max`. */
export function stepped({ kind, min, max, step }: Checked, value: number): number {
	if (kind !== 'range') return value;
	const steps = Math.round((value - min) / step);
	return Math.min(max, Number((min + steps * step).toFixed(6)));
}
