import { linesOf } from '../../detect/outputs/lines.ts';

/** A control of a camera, as `v4l2-ctl --list-ctrls-menus` shows it. */
export interface DriverControl {
	/** What `--set-ctrl` takes, e.g. `exposure_auto`. */
	readonly name: string;
	readonly kind: 'int' | 'bool' | 'menu' | 'other';
	readonly min: number | undefined;
	readonly max: number | undefined;
	readonly step: number | undefined;
	readonly fallback: number | undefined;
	readonly value: number | undefined;
	/** E.g. `inactive`, `read-only`. */
	readonly flags: readonly string[];
	/** What the numbers of a menu mean. */
	readonly choices: readonly { readonly value: number; readonly label: string }[];
}

const CONTROL = /^\s*(\w{1,100})\s+(?:0x[0-9a-f]+\s+)?\(([a-z0-9]+)\)\s*:(.*)$/i;
const CHOICE = /^\s+(\d{1,9}): (.+)$/;
const MAX_CONTROLS = 200;
const MAX_CHOICES = 100;

/** Reads the output of `v4l2-ctl --list-ctrls-menus`. */
export function parseControlList(output: string): DriverControl[] {
	const controls: (DriverControl & { choices: { value: number; label: string }[] })[] = [];
	for (const line of linesOf(output)) {
		const [, name, kind, rest] = CONTROL.exec(line) ?? [];
		if (name !== undefined && kind !== undefined && rest !== undefined) {
			if (controls.length === MAX_CONTROLS) break;
			controls.push({ name, kind: kindOf(kind), ...numbersIn(rest), choices: [] });
			continue;
		}
		const [, value, label] = CHOICE.exec(line) ?? [];
		const choices = controls.at(-1)?.choices;
		if (label !== undefined && choices && choices.length < MAX_CHOICES) choices.push({ value: Number(value), label });
	}
	return controls;
}

function kindOf(kind: string): DriverControl['kind'] {
	if (kind === 'int' || kind === 'bool') return kind;
	return kind === 'menu' || kind === 'intmenu' ? 'menu' : 'other';
}

function numbersIn(text: string) {
	const values = new Map([...text.matchAll(/(\w+)=(-?\d{1,15}|[\w, -]+)/g)].map(([, key, value]) => [key, value]));
	const number = (key: string) => {
		const value = values.get(key);
		return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
	};
	const flags = (values.get('flags') ?? '').split(',').map((flag) => flag.trim());
	return {
		min: number('min'),
		max: number('max'),
		step: number('step'),
		fallback: number('default'),
		value: number('value'),
		flags: flags.filter((flag) => flag !== ''),
	};
}
