import { CodedError } from '@oriel/base';
import * as v from 'valibot';
import { errorBody, type RelayProblem } from './error.ts';
import type { AnswerOf, Operation } from './operation.ts';

/** Most characters of a value that an error shows. */
const SEEN_LENGTH = 60;

/** An answer is not what docs/http-api.md says. */
export class ApiError extends CodedError<'unreadable-answer'> {}

/** The answer of a success. Members that are not known are left out. Throws ApiError if one that is known is not as expected. */
export function readAnswer<O extends Operation>(operation: O, content: unknown): AnswerOf<O> {
	const { answer, method, path } = operation;
	if (answer === undefined) return undefined as AnswerOf<O>;
	const result = v.safeParse(answer, content, { abortEarly: true });
	if (result.success) return result.output as AnswerOf<O>;
	throw new ApiError('unreadable-answer', `${method} ${path}: ${issueWords(result.issues[0])}`);
}

/** What a refusal says; undefined if it is not the relay's. */
export function readError(content: unknown): RelayProblem | undefined {
	const result = v.safeParse(errorBody, content);
	return result.success ? result.output.error : undefined;
}

/** `people.0.name: expected string, received 5`. */
function issueWords(issue: v.BaseIssue<unknown>): string {
	const field = v.getDotPath(issue) ?? 'the whole answer';
	const seen = issue.received.length > SEEN_LENGTH ? `${issue.received.slice(0, SEEN_LENGTH)}…` : issue.received;
	return `${field}: expected ${issue.expected ?? issue.message}, received ${seen}`;
}
