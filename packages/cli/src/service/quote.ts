/** One word of a command line in a unit, as systemd reads it: quoted, and with nothing in it that it would expand. */
export function unitWord(word: string): string {
	const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
	return /^[\w/.:=@%+,-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
