import type { Answer } from './answer.ts';
import { done, listUnder, textOf } from './read.ts';
import { ask } from './request.ts';

/** What a camera's machine publishes with. */
export interface PublishKey {
	readonly id: string;
	readonly camera: string;
	/** ISO 8601 */
	readonly createdAt: string;
}

const path = '/api/keys';

export function listKeys(): Promise<Answer<PublishKey[]>> {
	return ask({
		method: 'GET',
		path,
		read: listUnder('keys', (key) => ({
			id: textOf(key.id),
			camera: textOf(key.camera),
			createdAt: textOf(key.createdAt),
		})),
	});
}

/** Ends one. A camera whose last key goes is gone. */
export function revokeKey(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, read: done });
}
