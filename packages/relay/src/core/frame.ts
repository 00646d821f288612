import type { Micros } from '@oriel/base';
import type { Format } from '@oriel/media';

export type { Format } from '@oriel/media';

export function sameFormat(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString && a.width === b.width && a.height === b.height;
}

/** A JPEG that stands for a camera whose own frames are none. */
export interface Poster {
	/** Relay's clock. */
	readonly capturedAt: Micros;
	readonly data: Uint8Array;
}
