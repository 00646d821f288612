import type { Answer } from './answer.ts';
import { done, linkOf, listUnder, numberOf, textOf, textsOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** A link by which people without an account watch some cameras for a while. */
export interface ShareLink {
	readonly id: string;
	readonly label: string;
	readonly cameras: readonly string[];
	/** ISO 8601 */
	readonly expiresAt: string;
	/** null: as many as come. */
	readonly maxViewers: number | null;
	/** Browsers that watch by it now. */
	readonly viewers: number;
}

export interface LinkWish {
	readonly cameras: readonly string[];
	readonly label: string;
	readonly expiresInSeconds: number;
	readonly maxViewers: number | null;
}

const path = '/api/links';

/** Those that are still good. */
export function listLinks(): Promise<Answer<ShareLink[]>> {
	return ask({ method: 'GET', path, read: listUnder('links', readLink) });
}

/** Makes one. The address that is answered is shown this once. */
export function addLink(wish: LinkWish): Promise<Answer<string>> {
	const read = (body: unknown) => (isRecord(body) && typeof body.path === 'string' ? linkOf(body.path) : undefined);
	return ask({ method: 'POST', path, body: wish, read });
}

/** Ends one and all that is open by it. */
export function revokeLink(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, read: done });
}

function readLink(link: Readonly<Record<string, unknown>>): ShareLink {
	return {
		id: textOf(link.id),
		label: textOf(link.label),
		cameras: textsOrNull(link.cameras) ?? [],
		expiresAt: textOf(link.expiresAt),
		maxViewers: typeof link.maxViewers === 'number' ? link.maxViewers : null,
		viewers: numberOf(link.viewers),
	};
}
