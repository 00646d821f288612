import type { IncomingMessage } from 'node:http';
import { RelayError } from '../errors/relay-error.ts';

/** Headers of one request. A browser behind two proxies sends about 40. */
export const MAX_HEADERS = 128;

/** What a string takes in memory besides its characters, and its entry in the list of headers. Measured: 24 to 40 bytes. */
const STRING_BYTES = 32;

/** Throws `too-many-headers`: thousands of headers of a few bytes take ten times the memory of one long header. */
export function requireFewHeaders({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): void {
	const count = rawHeaders.length / 2;
	if (count <= MAX_HEADERS) return;
	const seen = `The request has ${count} headers or more`;
	throw new RelayError('too-many-headers', `${seen}; at most ${MAX_HEADERS} are accepted. Send fewer.`);
}

/** Memory that the target and headers of a request take, in bytes. */
export function headerBytes({ url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>): number {
	return rawHeaders.reduce((sum, text) => sum + STRING_BYTES + text.length, STRING_BYTES + url.length);
}
