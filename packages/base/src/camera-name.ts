/** The name of a camera in URLs, keys and messages. */
export const CAMERA_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
