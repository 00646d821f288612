import * as v from 'valibot';
import type { AnswerOf, Resource, ValueOf } from './operation.ts';
import { textOrNull, texts, time, timeOrNull } from './values.ts';

/** A machine on its way to being a camera. */
const pairing = v.object({
	id: v.string(),
	camera: v.string(),
	/** `joined`: the code was spent; `live`: and a frame has come since. */
	state: v.picklist(['waiting', 'joined', 'live', 'expired']),
	createdAt: time,
	expiresAt: time,
	joinedAt: timeOrNull,
	/** The name that the machine gave for itself: hostile text. */
	machine: textOrNull,
	/** Where it joined from. */
	address: textOrNull,
});

/** What to type beside the camera. */
const commands = v.object({
	join: v.string(),
	/** For machines without Node: one line fetches the key, one sends. */
	curl: texts,
});

const path = '/api/pairings';

export const pairings = {
	/** Those of the last hour. */
	list: { method: 'GET', path, status: 200, answer: v.object({ pairings: v.array(pairing) }) },
	/** The code and the commands are shown once. */
	start: {
		method: 'POST',
		path,
		body: 'startPairing',
		status: 201,
		answer: v.object({ pairing, code: v.string(), commands }),
	},
	/** With `unless`: once the state is another one, or after 20 s. */
	read: { method: 'GET', path: `${path}/:pairing`, query: ['unless'], status: 200, answer: v.object({ pairing }) },
	/** Withdraws the code. */
	cancel: { method: 'DELETE', path: `${path}/:pairing`, status: 204 },
} as const satisfies Resource;

export type Pairing = ValueOf<typeof pairing>;
export type StartedPairing = AnswerOf<typeof pairings.start>;
