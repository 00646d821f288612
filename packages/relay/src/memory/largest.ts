/** Sizes are below 2^53; a class holds those with the same highest bit. */
const CLASSES = 54;

/**
 * Things with sizes that change all the time, of which the largest is needed now and then. A change of size costs O(1):
 * things are sorted by the highest bit of their size only, and the largest class is searched when it is asked for.
 */
export class Largest<T> {
	readonly #classes: Map<T, number>[] = Array.from({ length: CLASSES }, () => new Map());
	readonly #classOf = new Map<T, number>();

	/** `size` 0 takes the thing out. */
	set(thing: T, size: number): void {
		const before = this.#classOf.get(thing);
		const after = size > 0 ? Math.floor(Math.log2(size)) : undefined;
		if (before !== undefined && before !== after) this.#classes[before]?.delete(thing);
		if (after === undefined) this.#classOf.delete(thing);
		else {
			if (before !== after) this.#classOf.set(thing, after);
			this.#classes[after]?.set(thing, size);
		}
	}

	/** The one with the largest size; of several, the one that came first. Undefined if there is none. */
	get top(): T | undefined {
		let highest = CLASSES - 1;
		while (highest > 0 && this.#classes[highest]?.size === 0) highest--;
		let top: T | undefined;
		let most = 0;
		for (const [thing, size] of this.#classes[highest] ?? []) {
			if (size <= most) continue;
			top = thing;
			most = size;
		}
		return top;
	}
}
