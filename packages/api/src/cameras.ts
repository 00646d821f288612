import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { time } from './values.ts';

/** What the relay knows of a camera. Texts are hostile. */
const camera = v.object({
	name: v.string(),
	title: v.string(),
	codec: v.picklist(['jpeg', 'h264']),
	/** RFC 6381, e.g. `avc1.42C01E`; absent for JPEG and while unknown. */
	codecString: v.optional(v.string()),
	/** Pixels; 0 while unknown. */
	width: v.number(),
	height: v.number(),
	/** `never`: no frame since the relay started; `stalled`: connected, but no frame comes. */
	state: v.picklist(['never', 'live', 'stalled', 'offline']),
	/** Of the state; where the camera is not live: the newest frame. */
	since: time,
	/** Why the state is so, for owners. */
	reason: v.optional(v.string()),
	/** That the camera sends less than its owner has set, and why. */
	limited: v.optional(v.string()),
	/** What is wrong with what it sends and what to change, for owners. */
	problem: v.optional(v.string()),
	/** The camera's program is older than the relay; `update` is the line for its machine. For owners. */
	outdated: v.optional(v.object({ version: v.string(), update: v.string() })),
	isPaused: v.boolean(),
	framesPerSecond: v.number(),
	bitsPerSecond: v.number(),
	viewers: v.number(),
});

const path = '/api/cameras';

export const cameras = {
	/** Those that the caller may watch. */
	list: { method: 'GET', path, status: 200, answer: v.object({ cameras: v.array(camera) }) },
	/** All keys of it end, and with them what it sends. */
	remove: { method: 'DELETE', path: `${path}/:camera`, status: 204 },
} as const satisfies Resource;

export type Camera = ValueOf<typeof camera>;
