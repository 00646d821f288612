import { viewOf } from '@oriel/base';

/** `[length, 4 bytes big-endian][payload]`, as the seed's sender writes it. */
export function encodeLengthPrefixed(payload: Uint8Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(4 + payload.length);
	viewOf(bytes).setUint32(0, payload.length);
	bytes.set(payload, 4);
	return bytes;
}
