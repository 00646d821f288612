/** A link to be given away: the page's own origin, and the path that the relay has made. */
export function linkTo(path: string): string {
	return `${location.origin}${path}`;
}
