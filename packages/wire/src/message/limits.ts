/** Largest picture that anybody may send, unless the owner says otherwise: a 4K JPEG at high quality fits. */
export const MAX_PICTURE_BYTES = 4 * 1024 * 1024;

/** Largest control message (JSON). A list of a thousand camera names fits. */
export const MAX_CONTROL_BYTES = 64 * 1024;

/** Cameras on one relay: their number is 16 bits on the wire and 0 means the connection itself. */
export const MAX_CAMERAS = 0xffff;

/** Messages that one WebSocket message may hold: bounds the work that one read can cause. */
export const MAX_MESSAGES_PER_PACKET = 256;
