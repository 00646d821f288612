import { LinkedList } from './linked-list.ts';

interface Ranked {
	count: number;
	remove: () => void;
}

/** Which key has been counted most often now. Each change and each question cost the same however many keys there are. */
export class Ranking<Key> {
	readonly #ranked = new Map<Key, Ranked>();
	/** The keys of each count. Index 0 stays empty. */
	readonly #byCount: LinkedList<Key>[] = [];
	#most = 0;

	/** A key with the highest count. */
	get top(): Key | undefined {
		return this.#byCount[this.#most]?.oldest;
	}

	add(key: Key): void {
		const { count, remove } = this.#ranked.get(key) ?? { count: 0, remove: () => {} };
		remove();
		this.#place(key, count + 1);
		this.#most = Math.max(this.#most, count + 1);
	}

	/** Takes back one `add`. */
	remove(key: Key): void {
		const ranked = this.#ranked.get(key);
		if (!ranked) return;
		ranked.remove();
		if (ranked.count > 1) this.#place(key, ranked.count - 1);
		else this.#ranked.delete(key);
		// The key itself is one below now, so that the highest count falls by one at most.
		if (this.#most === ranked.count && this.#byCount[this.#most]?.oldest === undefined) this.#most--;
	}

	#place(key: Key, count: number): void {
		const list = this.#byCount[count] ?? new LinkedList<Key>();
		this.#byCount[count] = list;
		this.#ranked.set(key, { count, remove: list.add(key) });
	}
}
