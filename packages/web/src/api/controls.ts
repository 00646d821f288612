import type { Answer } from './answer.ts';
import { ask, isRecord } from './request.ts';

/** One thing that may be changed at a camera. Labels are hostile text. */
export interface CameraControl {
	readonly name: string;
	readonly label: string;
	readonly kind: 'range' | 'switch' | 'menu';
	readonly min: number;
	readonly max: number;
	readonly step: number;
	readonly value: number;
	readonly choices: readonly { readonly value: number; readonly label: string }[];
	/** Pictures stop for about two seconds when it is changed. */
	readonly restarts: boolean;
}

/** What may be changed at a camera, and how it is. */
export interface CameraControls {
	/** False: nothing, or the camera is not connected. */
	readonly isOffered: boolean;
	readonly controls: readonly CameraControl[];
	readonly isRestarting: boolean;
	/** Whether anything is not as set on the camera's machine. */
	readonly isChanged: boolean;
	/** Why the newest change was not made. */
	readonly problem: string | undefined;
}

/** What the owner may change at a camera. */
export function readControls(camera: string): Promise<Answer<CameraControls>> {
	return ask({ method: 'GET', path: pathOf(camera), read });
}

/** Changes one control. Answers when the camera has taken it. */
export function changeControl(camera: string, name: string, value: number): Promise<Answer<CameraControls>> {
	return ask({ method: 'POST', path: pathOf(camera), body: { values: [{ name, value }] }, read });
}

/** Goes back to what was set on the camera's machine. */
export function resetControls(camera: string): Promise<Answer<CameraControls>> {
	return ask({ method: 'POST', path: pathOf(camera), body: { reset: true }, read });
}

function pathOf(camera: string): string {
	return `/api/cameras/${encodeURIComponent(camera)}/controls`;
}

function read(body: unknown): CameraControls | undefined {
	if (!isRecord(body) || !Array.isArray(body.controls)) return undefined;
	return {
		isOffered: body.isOffered === true,
		controls: body.controls.filter(isRecord).flatMap(controlIn),
		isRestarting: body.state === 'restarting',
		isChanged: body.isChanged === true,
		problem: typeof body.problem === 'string' ? body.problem : undefined,
	};
}

function controlIn(control: Readonly<Record<string, unknown>>): CameraControl[] {
	const kind = (['range', 'switch', 'menu'] as const).find((one) => one === control.kind);
	if (!kind) return [];
	const choices = Array.isArray(control.choices) ? control.choices.filter(isRecord) : [];
	return [
		{
			name: String(control.name),
			label: String(control.label),
			kind,
			min: Number(control.min),
			max: Number(control.max),
			step: Number(control.step),
			value: Number(control.value),
			choices: choices.map(({ value, label }) => ({ value: Number(value), label: String(label) })),
			restarts: control.restarts === true,
		},
	];
}
