import { Duplex } from 'node:stream';

/** A connection whose kernel takes one write at a time, and only when told to: the slowest link there is. */
export class FakeSocket extends Duplex {
	/** What has been written, one entry a write that the kernel has begun to take. */
	readonly taken: Buffer[] = [];
	#done: (() => void) | undefined;

	constructor() {
		super({ highWaterMark: 1 });
		this.resume();
	}

	/** The kernel takes what it was given, and begins with the next. */
	async drain(): Promise<void> {
		const done = this.#done;
		this.#done = undefined;
		done?.();
		await new Promise((resolve) => setImmediate(resolve));
	}

	setTimeout(): this {
		return this;
	}

	destroySoon(): void {
		this.end();
	}

	override _read(): void {}

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		// Nothing is taken at once.
		if (chunk.length === 0) {
			done();
			return;
		}
		this.taken.push(chunk);
		this.#done = done;
	}
}
