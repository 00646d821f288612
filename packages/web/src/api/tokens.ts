import type { Answer } from './answer.ts';
import { done, listUnder, textOf, textOrNull, textsOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** What lets a program watch. */
export interface Token {
	readonly id: string;
	readonly label: string;
	/** Empty: all of them. */
	readonly cameras: readonly string[];
	/** ISO 8601 */
	readonly createdAt: string;
	/** ISO 8601; null: until it is revoked. */
	readonly expiresAt: string | null;
}

export interface TokenWish {
	readonly label: string;
	/** null: all of them. */
	readonly cameras: readonly string[] | null;
	/** null: until it is revoked. */
	readonly expiresInSeconds: number | null;
}

const path = '/api/tokens';

export function listTokens(): Promise<Answer<Token[]>> {
	return ask({ method: 'GET', path, read: listUnder('tokens', readToken) });
}

/** Makes one. The secret that is answered is shown this once. */
export function addToken(wish: TokenWish): Promise<Answer<string>> {
	const read = (body: unknown) => (isRecord(body) && typeof body.secret === 'string' ? body.secret : undefined);
	return ask({ method: 'POST', path, body: wish, read });
}

/** Ends one and all that is open by it. */
export function revokeToken(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, read: done });
}

function readToken(token: Readonly<Record<string, unknown>>): Token {
	return {
		id: textOf(token.id),
		label: textOf(token.label),
		cameras: textsOrNull(token.cameras) ?? [],
		createdAt: textOf(token.createdAt),
		expiresAt: textOrNull(token.expiresAt),
	};
}
