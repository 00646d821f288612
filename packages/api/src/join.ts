import * as v from 'valibot';
import type { AnswerOf, Resource } from './operation.ts';
import { textOrNull, texts } from './values.ts';

/** A one-time code for a publish key. */
export const join = {
	spend: {
		method: 'POST',
		path: '/api/join',
		body: 'spendCode',
		status: 200,
		answer: v.object({
			camera: v.string(),
			key: v.string(),
			/** Where the relay can be reached. */
			relays: texts,
			/** `sha256/BASE64` of the public key of a relay whose certificate signs itself. */
			pin: textOrNull,
		}),
	},
	/** The body is the bare code; the answer is a header for `curl -H @FILE`. */
	header: { method: 'POST', path: '/api/join/header', status: 200, media: 'text/plain' },
} as const satisfies Resource;

export type Joined = AnswerOf<typeof join.spend>;
