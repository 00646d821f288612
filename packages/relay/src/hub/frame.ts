import type { Micros } from '@oriel/base';

/** One picture of one camera as the hub passes it on. The hub never looks into `payload`. */
export interface Frame {
	/** The camera's number on this relay. */
	readonly camera: number;
	/** Counts the camera's pictures on this relay, modulo 2^32; takeovers and reconnects do not start it anew. */
	readonly sequence: number;
	/** True if it can be decoded without an earlier picture. */
	readonly key: boolean;
	/** When it was taken, in the relay's clock. */
	readonly capturedAt: Micros;
	/** How much later than `capturedAt` it is shown, where that is another order than that in which frames come. */
	readonly presentationOffset?: Micros | undefined;
	/** When its last byte reached the relay, in the relay's clock. */
	readonly receivedAt: Micros;
	readonly payload: Uint8Array;
}

/** What every picture of a stream has in common. */
export interface Format {
	readonly codec: 'jpeg' | 'h264';
	/** RFC 6381, e.g. `avc1.42C01E`; undefined for JPEG and while unknown. */
	readonly codecString?: string | undefined;
	/** Pixels; 0 while unknown. */
	readonly width: number;
	readonly height: number;
}

export function sameFormat(a: Format, b: Format): boolean {
	return a.codec === b.codec && a.codecString === b.codecString && a.width === b.width && a.height === b.height;
}

/** A JPEG that stands for a camera whose own frames are none. */
export interface Poster {
	/** Relay's clock. */
	readonly capturedAt: Micros;
	readonly payload: Uint8Array;
}
