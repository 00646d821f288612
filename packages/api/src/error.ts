import * as v from 'valibot';
import type { ValueOf } from './operation.ts';

/** The body of every refusal. The codes and their statuses are in docs/http-api.md; a relay may know more of them. */
export const errorBody = v.object({
	error: v.object({
		code: v.string(),
		/** For people. */
		message: v.string(),
	}),
});

export type ErrorBody = ValueOf<typeof errorBody>;
export type RelayProblem = ErrorBody['error'];
