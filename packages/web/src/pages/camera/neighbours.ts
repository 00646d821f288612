interface Named {
	readonly name: string;
}

/** The cameras before and after one, round and round; undefined if there is no other. */
export function neighbours<C extends Named>(cameras: readonly C[], name: string): { previous?: C; next?: C } {
	const index = cameras.findIndex((camera) => camera.name === name);
	if (cameras.length < 2 || index === -1) return {};
	const previous = cameras.at(index - 1);
	const next = cameras[(index + 1) % cameras.length];
	return { ...(previous && { previous }), ...(next && { next }) };
}
