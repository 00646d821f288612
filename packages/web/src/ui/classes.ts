/** Class names together; what is not a name is left out. */
export function classes(...names: readonly (string | false | undefined)[]): string {
	return names.filter(Boolean).join(' ');
}
