import type { PublishKey } from '@oriel/api';
import type { Millis } from '@oriel/base';
import { agoWords } from '../../time-words.ts';

/** How many keys a camera has, and how old the newest is. */
export function keyWords(keys: readonly PublishKey[], now: Millis): string {
	const newest = keys
		.map(({ createdAt }) => createdAt)
		.sort()
		.at(-1);
	if (newest === undefined) return 'no key';
	const made = agoWords(newest, now);
	return keys.length === 1 ? `key made ${made}` : `${keys.length} keys, the newest made ${made}`;
}
