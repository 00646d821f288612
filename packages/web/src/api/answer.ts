/** What came of a question to the relay. */
export type Answer<T> =
	| { readonly kind: 'success'; readonly value: T }
	| { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly retryAfterSeconds?: number }
	| { readonly kind: 'unreachable' };
