import { CodedError } from '@oriel/base';

/** Every code that an answer of the relay may carry, with its HTTP status. docs/http-api.md lists the same. */
export const STATUS_OF = {
	'bad-request': 400,
	'weak-password': 400,
	'unsupported-version': 400,
	unauthorized: 401,
	'wrong-password': 401,
	'link-expired': 401,
	forbidden: 403,
	'not-found': 404,
	'method-not-allowed': 405,
	'timed-out': 408,
	'taken-over': 409,
	'name-taken': 409,
	'too-large': 413,
	'unsupported-media': 415,
	'too-many-attempts': 429,
	'too-many-open': 429,
	'too-many-requests': 429,
	'link-full': 429,
	'too-many-headers': 431,
	internal: 500,
	'not-supported': 501,
	'no-picture': 503,
	busy: 503,
	draining: 503,
} as const;

export type RelayErrorCode = keyof typeof STATUS_OF;

interface RelayErrorOptions {
	readonly cause?: unknown;
	readonly retryAfterSeconds?: number;
	readonly allow?: readonly string[];
}

/** What went wrong in words that may be shown to the client: never a stack, never a path of the machine. */
export class RelayError extends CodedError<RelayErrorCode> {
	/** Seconds after which asking again makes sense. */
	readonly retryAfterSeconds: number | undefined;
	/** With `method-not-allowed`: the methods that are. */
	readonly allow: readonly string[] | undefined;

	constructor(code: RelayErrorCode, message: string, options: RelayErrorOptions = {}) {
		super(code, message, options);
		this.retryAfterSeconds = options.retryAfterSeconds;
		this.allow = options.allow;
	}
}
