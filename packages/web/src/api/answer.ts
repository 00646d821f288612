/** What came of a call of the relay. */
export type Answer<T> =
	| { readonly kind: 'success'; readonly value: T }
	| { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly retryAfterSeconds?: number }
	/** Not what docs/http-api.md says. `reason`: the resource, the field, what was seen and what was expected. */
	| { readonly kind: 'unreadable'; readonly reason: string }
	| { readonly kind: 'unreachable' };

/** Any answer but a success. */
export type Failure = Exclude<Answer<unknown>, { kind: 'success' }>;

/** The same answer with another value, if it is a success. */
export function mapAnswer<T, U>(answer: Answer<T>, change: (value: T) => U): Answer<U> {
	return answer.kind === 'success' ? { kind: 'success', value: change(answer.value) } : answer;
}
