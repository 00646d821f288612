const MIB = 1024 * 1024;

/**
 * Memory for all cameras' frames and posters, and for the copies of them that are made once for all viewers
 * (`--max-frame-bytes`): 15 s of a hundred cameras at 1 Mbit/s, each watched in one way.
 */
export const MAX_FRAME_BYTES: number = 256 * MIB;

/**
 * Memory for what peers have begun to send and not finished (`--max-incoming-bytes`): pictures, WebSocket
 * messages, and the lists that a connection keeps. A camera in the middle of a picture of 100 KB needs 128 KiB.
 */
export const MAX_INCOMING_BYTES: number = 128 * MIB;

/** Memory for what has been written to viewers and not taken by them (`--max-unsent-bytes`). A packet that several wait for counts once. */
export const MAX_UNSENT_BYTES: number = 128 * MIB;

/** Memory for the cameras that viewers on `/live` watch: their positions and flow control. Room for 130,000 of them. */
export const MAX_FEED_BYTES: number = 128 * MIB;

/** What one kept buffer costs besides its bytes: the objects of V8 and of the allocator around it. Measured: 400 to 510 bytes. */
export const BUFFER_OVERHEAD = 512;

/** Sizes of the pools of one relay. */
export interface MemoryLimits {
	readonly frames: number;
	readonly incoming: number;
	readonly unsent: number;
	readonly feeds: number;
}

/** Room for at least so many of the largest pictures is in each pool: fewer, and a camera could push itself out. */
const LEAST_PICTURES = 8;

/** The limits of a relay that accepts pictures of up to `maxPictureBytes`. */
export function memoryLimits(
	maxPictureBytes: number,
	wanted: { readonly [Pool in keyof MemoryLimits]?: number | undefined } = {},
): MemoryLimits {
	const least = LEAST_PICTURES * maxPictureBytes;
	return {
		frames: Math.max(least, wanted.frames ?? MAX_FRAME_BYTES),
		incoming: Math.max(least, wanted.incoming ?? MAX_INCOMING_BYTES),
		unsent: Math.max(least, wanted.unsent ?? MAX_UNSENT_BYTES),
		feeds: wanted.feeds ?? MAX_FEED_BYTES,
	};
}
