import type { Millis } from '@oriel/base';
import type { Answer } from './answer.ts';

const TIMEOUT_MS: Millis = 10_000;

export interface Question<T> {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	readonly path: string;
	/** Sent as JSON. */
	readonly body?: unknown;
	/** Reads the body of a success; undefined if it is not what was promised. */
	readonly read: (body: unknown) => T | undefined;
	/** How long the answer may take; ten seconds unless told otherwise. */
	readonly timeoutMs?: Millis;
}

/** Asks the relay. Never throws: no answer, or one that is not the relay's own, is `unreachable`. */
export async function ask<T>({ method, path, body, read, timeoutMs = TIMEOUT_MS }: Question<T>): Promise<Answer<T>> {
	try {
		const response = await fetch(path, {
			method,
			signal: AbortSignal.timeout(timeoutMs),
			...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
		});
		const content: unknown = response.status === 204 ? undefined : await response.json();
		if (!response.ok) return refusal(content, response.headers.get('retry-after'));
		const value = read(content);
		return value === undefined ? { kind: 'unreachable' } : { kind: 'success', value };
	} catch {
		return { kind: 'unreachable' };
	}
}

function refusal(content: unknown, retryAfter: string | null): Answer<never> {
	const error = isRecord(content) ? content.error : undefined;
	if (!isRecord(error) || typeof error.code !== 'string') return { kind: 'unreachable' };
	const refused = { kind: 'refused', code: error.code, message: String(error.message ?? error.code) } as const;
	const retryAfterSeconds = Number(retryAfter ?? Number.NaN);
	return Number.isFinite(retryAfterSeconds) ? { ...refused, retryAfterSeconds } : refused;
}

/** Whether a value has properties that can be asked for. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}
