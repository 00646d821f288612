/** A name that a certificate can be for: letters, digits and hyphens in parts, at least two of them. */
const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether `text` is the name of a host as the world knows it, e.g. `cam.example.org`. */
export function isHostName(text: string): boolean {
	return HOST_NAME.test(text);
}
