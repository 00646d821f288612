/** Largest picture that a camera may send, unless the owner says otherwise: a 4K JPEG at high quality fits. */
export const MAX_PICTURE_BYTES = 4 * 1024 * 1024;

/** Largest control message (JSON). The longest list of the longest camera names fits. */
export const MAX_CONTROL_BYTES = 128 * 1024;

/** Cameras that one viewer may watch at once. */
export const MAX_WATCHED_CAMERAS = 1000;

/** Largest text for people in a control message, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 500;

/** Capabilities that one hello or announce may list. */
export const MAX_CAPABILITIES = 64;

/** Controls of one camera, and values in one request to change them. */
export const MAX_CONTROLS = 64;

/** Choices of one control. */
export const MAX_CHOICES = 32;

/** Longest name for people of a control or a choice, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 60;

/** Longest wait that a goodbye may ask for: a day. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/** Cameras on one relay: their number is 16 bits on the wire and 0 means the connection itself. */
export const MAX_CAMERAS = 0xffff;

/** Messages that one WebSocket message may hold: bounds the work that one read can cause. */
export const MAX_MESSAGES_PER_PACKET = 256;
