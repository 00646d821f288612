/**
 * `all` without `some`: where they stand one behind the other, there (an option and its value); else each of them, wherever
 * it stands.
 */
export function without(all: readonly string[], some: readonly string[]): readonly string[] {
	if (some.length === 0) return all;
	const at = all.findIndex((_, from) => some.every((argument, index) => all[from + index] === argument));
	if (at >= 0) return [...all.slice(0, at), ...all.slice(at + some.length)];
	return all.filter((argument) => !some.includes(argument));
}
