import type { Answer } from './answer.ts';
import { textOf, textOrNull, textsOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** How the relay's certificate is. Times are ISO 8601; with plain HTTP only `state` says something. */
export interface Certificate {
	readonly source: string;
	readonly state: 'good' | 'self-signed' | 'ending' | 'ended' | 'none';
	readonly names: readonly string[];
	readonly issuer: string;
	readonly notAfter: string | null;
	/** `sha256/BASE64` of its public key. */
	readonly pin: string | null;
	/** What is wrong, in words. */
	readonly problem: string | null;
	/** When a new one is ordered next, after a failure. */
	readonly nextTryAt: string | null;
}

const STATES = ['good', 'self-signed', 'ending', 'ended', 'none'] as const;

export function readCertificate(): Promise<Answer<Certificate>> {
	return ask({ method: 'GET', path: '/api/certificate', read });
}

function read(body: unknown): Certificate | undefined {
	const state = isRecord(body) ? STATES.find((known) => known === body.state) : undefined;
	if (!isRecord(body) || !state) return undefined;
	return {
		source: textOf(body.source),
		state,
		names: textsOrNull(body.names) ?? [],
		issuer: textOf(body.issuer),
		notAfter: textOrNull(body.notAfter),
		pin: textOrNull(body.pin),
		problem: textOrNull(body.problem),
		nextTryAt: textOrNull(body.nextTryAt),
	};
}
