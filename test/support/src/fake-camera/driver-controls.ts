import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface DriverControl {
	readonly name: string;
	readonly id: string;
	readonly kind: 'int' | 'bool' | 'menu';
	readonly min?: number;
	readonly max?: number;
	readonly usual: number;
	readonly choices?: readonly string[];
	/** Only while that other control is 0. */
	readonly unless?: string;
}

/** What a common webcam has. */
const CONTROLS: readonly DriverControl[] = [
	{ name: 'brightness', id: '0x00980900', kind: 'int', min: -64, max: 64, usual: 0 },
	{ name: 'contrast', id: '0x00980901', kind: 'int', min: 0, max: 64, usual: 32 },
	{ name: 'white_balance_automatic', id: '0x0098090c', kind: 'bool', usual: 1 },
	{
		name: 'power_line_frequency',
		id: '0x00980918',
		kind: 'menu',
		min: 0,
		max: 2,
		usual: 1,
		choices: ['Disabled', '50 Hz', '60 Hz'],
	},
	{
		name: 'white_balance_temperature',
		id: '0x0098091a',
		kind: 'int',
		min: 2800,
		max: 6500,
		usual: 4600,
		unless: 'white_balance_automatic',
	},
];

/** As `v4l2-ctl --list-ctrls-menus` of 1.22 prints them. */
export function controlList(): string {
	const values = readValues();
	const lines = CONTROLS.flatMap((control) => [lineOf(control, values), ...menuOf(control)]);
	return `\nUser Controls\n\n${lines.join('\n')}\n`;
}

/** Does `--set-ctrl`. Gives what the program complains of; undefined: nothing. */
export function setControls(text: string): string | undefined {
	const values = readValues();
	for (const part of text.split(',')) {
		const [name = '', value = ''] = part.split('=');
		const control = CONTROLS.find((one) => one.name === name);
		if (!control) return `unknown control '${name}'`;
		const { min = 0, max = 1 } = control;
		if (isInactive(control, values)) return 'VIDIOC_S_EXT_CTRLS: failed: Permission denied';
		if (!/^-?\d+$/.test(value)) return `bad value '${value}' for ${name}`;
		// The kernel takes what fits.
		values.set(name, Math.min(max, Math.max(min, Number(value))));
	}
	const path = fileOf();
	if (path !== undefined) writeFileSync(path, JSON.stringify([...values]));
	return undefined;
}

/** Does `--get-ctrl`. */
export function readControls(names: string): string {
	const values = readValues();
	return names
		.split(',')
		.map((name) => `${name}: ${values.get(name) ?? ''}\n`)
		.join('');
}

function lineOf({ name, id, kind, min, max, usual, choices = [], ...rest }: DriverControl, values: Values): string {
	const value = values.get(name) ?? usual;
	const range = min === undefined ? '' : `min=${min} max=${max} ${kind === 'int' ? 'step=1 ' : ''}`;
	const label = kind === 'menu' ? ` (${choices[value]})` : '';
	const flags = isInactive(rest, values) ? ' flags=inactive' : '';
	return `${name.padStart(31)} ${id} ${`(${kind})`.padEnd(7)}: ${range}default=${usual} value=${value}${label}${flags}`;
}

function menuOf({ choices = [] }: DriverControl): string[] {
	return choices.map((label, value) => `\t\t\t\t${value}: ${label}`);
}

function isInactive({ unless }: Pick<DriverControl, 'unless'>, values: Values): boolean {
	return unless !== undefined && values.get(unless) !== 0;
}

type Values = Map<string, number>;

/** The camera keeps them as long as it is plugged in: here, as long as its folder is there. */
function readValues(): Values {
	const path = fileOf();
	const kept: [string, number][] = path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
	return new Map([...CONTROLS.map(({ name, usual }): [string, number] => [name, usual]), ...kept]);
}

function fileOf(): string | undefined {
	const folder = process.env.FAKECAM_FOLDER;
	return folder === undefined ? undefined : join(folder, 'driver-controls.json');
}
