/** Cameras that one grant, link or token may name. */
export const MAX_CAMERAS_NAMED = 1000;
/** Longest label of a link or a token. */
export const MAX_LABEL_LENGTH = 100;
/** Longest name of a person, in characters. */
export const MAX_NAME_LENGTH = 60;
/** Longest password, in characters: hashing must not become a way to burn the relay's time. */
export const MAX_PASSWORD_LENGTH = 200;
/** The longest that a share link may be good, and a token that ends. */
export const MAX_SHARE_LINK_DAYS = 366;
