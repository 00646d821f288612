/** Cameras as `Hub.setCameras` takes them, each with its name as its id. */
export function named(names: Iterable<string>): Map<string, string> {
	return new Map([...names].map((name) => [name, name]));
}
