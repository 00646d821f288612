/** What a C program's stdout is when it is a pipe (setvbuf(3)). */
const BUFFER_BYTES = 4096;

/** Writes as `fwrite` does: whole blocks at once, the tail when the next one comes, when it is flushed, or at the end. */
export class StdioPipe {
	readonly #write: (bytes: Uint8Array) => void;
	readonly #isUnbuffered: boolean;
	#tail = Buffer.alloc(0);

	constructor(write: (bytes: Uint8Array) => void, { isUnbuffered }: { readonly isUnbuffered: boolean }) {
		this.#write = write;
		this.#isUnbuffered = isUnbuffered;
	}

	/** fwrite */
	write(bytes: Uint8Array): void {
		const all = Buffer.concat([this.#tail, bytes]);
		const whole = this.#isUnbuffered ? all.length : all.length - (all.length % BUFFER_BYTES);
		if (whole > 0) this.#write(all.subarray(0, whole));
		this.#tail = all.subarray(whole);
	}

	/** fflush */
	flush(): void {
		if (this.#tail.length > 0) this.#write(this.#tail);
		this.#tail = Buffer.alloc(0);
	}
}
