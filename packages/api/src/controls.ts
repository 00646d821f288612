import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { textOrNull } from './values.ts';

/** One thing that may be changed at a camera. Labels are hostile text. */
const control = v.object({
	name: v.string(),
	label: v.string(),
	kind: v.picklist(['range', 'switch', 'menu']),
	min: v.number(),
	max: v.number(),
	step: v.number(),
	usual: v.number(),
	value: v.number(),
	/** Of a menu; else empty. */
	choices: v.array(v.object({ value: v.number(), label: v.string() })),
	/** Frames stop for about two seconds when it is changed. */
	restarts: v.boolean(),
});

/** What may be changed at a camera, and how it is. */
const controlsAnswer = v.object({
	/** False: nothing, or the camera is not connected. */
	isOffered: v.boolean(),
	controls: v.array(control),
	state: v.picklist(['ready', 'restarting']),
	/** Whether anything is not as set on the camera's machine. */
	isChanged: v.boolean(),
	/** Why the newest change was not made, or only in part. */
	problem: textOrNull,
});

const path = '/api/cameras/:camera/controls';

export const controls = {
	read: { method: 'GET', path, status: 200, answer: controlsAnswer },
	/** Answers when the camera has taken the values. */
	change: { method: 'POST', path, body: 'changeControls', status: 200, answer: controlsAnswer },
} as const satisfies Resource;

export type CameraControl = ValueOf<typeof control>;
export type CameraControls = ValueOf<typeof controlsAnswer>;
