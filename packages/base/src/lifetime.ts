/** A promise with its two ends outside. */
export interface Deferred<T> {
	readonly promise: Promise<T>;
	resolve(value: T): void;
	reject(reason: unknown): void;
}

export function deferred<T>(): Deferred<T> {
	let resolve!: (value: T) => void;
	let reject!: (reason: unknown) => void;
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}

/**
 * Things to undo, in reverse order of their making. Code that opens several things pushes the way to close each one as
 * soon as it is open; `close()` then ends all of them, once, even if one of them fails.
 */
export class Lifetime implements AsyncDisposable {
	#undo: (() => unknown)[] = [];
	#closed: Promise<void> | undefined;

	/** Remembers how to undo something. If the lifetime has ended already it is undone at once. */
	add(undo: () => unknown): void {
		if (this.#closed !== undefined) void undo();
		else this.#undo.push(undo);
	}

	/** Keeps `thing` and disposes of it at the end. */
	use<T extends AsyncDisposable>(thing: T): T {
		this.add(() => thing[Symbol.asyncDispose]());
		return thing;
	}

	/** Undoes everything, newest first; rejects with the first failure after all have been tried. Twice is fine. */
	close(): Promise<void> {
		this.#closed ??= this.#run();
		return this.#closed;
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	async #run(): Promise<void> {
		const failures: unknown[] = [];
		for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
			try {
				await undo();
			} catch (failure) {
				failures.push(failure);
			}
		}
		if (failures.length > 0) throw failures[0];
	}
}
