import * as v from 'valibot';
import { MAX_CHOICES, MAX_CONTROLS, MAX_LABEL_LENGTH, MAX_TEXT_LENGTH } from './limits.ts';

/** The name of a control. Those of the camera's driver have no dot, those of the agent's own begin with `picture.`. */
export const CONTROL_NAME = /^[a-z0-9_]{1,40}(\.[a-z0-9_-]{1,40})?$/;

const name = v.pipe(v.string(), v.regex(CONTROL_NAME));
const label = v.pipe(v.string(), v.maxLength(MAX_LABEL_LENGTH));
const number = v.pipe(v.number(), v.finite(), v.minValue(-1e12), v.maxValue(1e12));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const control = v.object({
	name,
	/** For people. Free text: treat it as hostile. */
	label,
	/** `range`: a number from `min` to `max`; `switch`: 0 or 1; `menu`: one of `choices`. */
	kind: v.picklist(['range', 'switch', 'menu']),
	min: number,
	max: number,
	/** From one value to the next, above 0. */
	step: v.pipe(number, v.gtValue(0)),
	/** What the camera, or its program, has by default. */
	usual: number,
	/** As the camera says itself, where it can be asked. */
	value: number,
	/** Of a menu; else empty. */
	choices: v.pipe(v.array(v.object({ value: number, label })), v.maxLength(MAX_CHOICES)),
	/** False: it takes effect at once. True: the camera's program is started again, pictures stop for about two seconds. */
	restarts: v.boolean(),
});

/** From an agent: what may be changed at its camera now. Sent again whenever something in it has changed. */
export const controls = v.object({
	controls: v.pipe(v.array(control), v.maxLength(MAX_CONTROLS)),
	/** `restarting`: the camera's program is being started again for a change. */
	state: v.picklist(['ready', 'restarting']),
	/** Whether anything is not as the owner has set it on the camera's machine. */
	isChanged: v.boolean(),
	/** Why the newest change was not made, or only in part, in words for people. */
	problem: v.optional(v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH))),
	/** Number of the newest `control` that was dealt with; 0: none yet. */
	answers: whole,
});

/** To an agent that has sent `controls`: change these values, or, with `reset`, go back to what the owner has set. */
export const controlRequest = v.object({
	/** Counts up on a connection. */
	number: v.pipe(whole, v.minValue(1)),
	reset: v.boolean(),
	values: v.pipe(v.array(v.object({ name, value: number })), v.maxLength(MAX_CONTROLS)),
});

export type Controls = v.InferOutput<typeof controls>;
export type CameraControl = Controls['controls'][number];
export type ControlRequest = v.InferOutput<typeof controlRequest>;
