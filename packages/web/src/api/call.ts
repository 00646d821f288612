import {
	type AnswerOf,
	ApiError,
	type BodyOf,
	type Operation,
	readAnswer,
	readError,
	type TargetOf,
	targetOf,
} from '@oriel/api';
import type { Millis } from '@oriel/base';
import type { Answer } from './answer.ts';

const TIMEOUT_MS: Millis = 10_000;

/** What one call of an operation carries. */
type CallOf<O extends Operation> = TargetOf<O> &
	(undefined extends BodyOf<O> ? { readonly body?: undefined } : { readonly body: BodyOf<O> }) & {
		/** How long the answer may take; ten seconds unless told otherwise. */
		readonly timeoutMs?: Millis;
	};

/** Calls the relay. Never throws: no answer, or one that is not JSON, is `unreachable`. */
export async function call<O extends Operation>(operation: O, request: CallOf<O>): Promise<Answer<AnswerOf<O>>> {
	const { body, timeoutMs = TIMEOUT_MS } = request;
	try {
		const response = await fetch(targetOf(operation, request), {
			method: operation.method,
			signal: AbortSignal.timeout(timeoutMs),
			...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
		});
		const content: unknown = response.status === 204 ? undefined : await response.json();
		if (!response.ok) return refusal(content, response.headers.get('retry-after'));
		return { kind: 'success', value: readAnswer(operation, content) };
	} catch (thrown) {
		return thrown instanceof ApiError ? { kind: 'unreadable', reason: thrown.message } : { kind: 'unreachable' };
	}
}

/** An error that is not the relay's is a proxy's, which did not reach it. */
function refusal(content: unknown, retryAfter: string | null): Answer<never> {
	const error = readError(content);
	if (!error) return { kind: 'unreachable' };
	const refused = { kind: 'refused', ...error } as const;
	const retryAfterSeconds = Number(retryAfter ?? Number.NaN);
	return Number.isFinite(retryAfterSeconds) ? { ...refused, retryAfterSeconds } : refused;
}
