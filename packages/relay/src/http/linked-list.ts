interface Node<T> {
	readonly value: T;
	before: Node<T> | undefined;
	after: Node<T> | undefined;
}

/**
 * Values in the order in which they came. Adding, taking out any of them and finding the oldest cost the same however
 * many there are; a `Set` would step over all that were taken out before the oldest.
 */
export class LinkedList<T> {
	#oldest: Node<T> | undefined;
	#newest: Node<T> | undefined;

	/** The value that has been here longest. */
	get oldest(): T | undefined {
		return this.#oldest?.value;
	}

	/** The returned function takes the value out again; call it once. */
	add(value: T): () => void {
		const node: Node<T> = { value, before: this.#newest, after: undefined };
		if (this.#newest) this.#newest.after = node;
		else this.#oldest = node;
		this.#newest = node;
		return () => this.#remove(node);
	}

	#remove({ before, after }: Node<T>): void {
		if (before) before.after = after;
		else this.#oldest = after;
		if (after) after.before = before;
		else this.#newest = before;
	}
}
