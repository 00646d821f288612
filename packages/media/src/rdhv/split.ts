import { MediaError } from '../errors/media-error.ts';

/** What `v4l2-ctl --stream-to-hdr` writes before every buffer: FOURCC 'Vhdr', its four bytes the other way round. */
const MAGIC = [0x72, 0x64, 0x68, 0x56] as const;
const LENGTH_BYTES = 4;

/**
 * Takes the headers off what `v4l2-ctl --stream-to-hdr` writes, cut anywhere: `rdhV`, the length in 32 bits with the
 * highest byte first, then so many bytes as they came from the camera. Anything between buffers is skipped: older
 * versions begin with a line of text.
 */
export class RdhvSplitter {
	readonly #maxBytes: number;
	/** How much of the magic has come; behind it, of the length. */
	#matched = 0;
	#length = 0;
	#buffer: Uint8Array<ArrayBuffer> | undefined;
	#filled = 0;
	#skippedBytes = 0;

	/** `maxBytes` is the longest buffer that is let through, and the most memory that is held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** Bytes of an unfinished header or buffer. At the end of a stream that was cut off they are not 0. */
	get pendingBytes(): number {
		return this.#buffer ? MAGIC.length + LENGTH_BYTES + this.#filled : this.#matched;
	}

	/** Memory of the unfinished buffer: it has its whole length from its header on. */
	get heldBytes(): number {
		return this.#buffer?.length ?? 0;
	}

	/** Bytes outside of buffers and their headers. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	/**
	 * The buffers that `chunk` completes, in memory of their own. Throws MediaError 'picture-too-large' before anything is
	 * allocated; the rest of that chunk is then skipped, and the next header is looked for.
	 */
	push(chunk: Uint8Array): Uint8Array<ArrayBuffer>[] {
		const whole: Uint8Array<ArrayBuffer>[] = [];
		for (let at = 0; at < chunk.length; ) {
			if (this.#buffer) at = this.#fill(this.#buffer, chunk, at, whole);
			else this.#readHeader(chunk[at++] ?? 0, chunk.length - at);
		}
		return whole;
	}

	#fill(buffer: Uint8Array<ArrayBuffer>, chunk: Uint8Array, from: number, whole: Uint8Array<ArrayBuffer>[]): number {
		const end = Math.min(chunk.length, from + buffer.length - this.#filled);
		buffer.set(chunk.subarray(from, end), this.#filled);
		this.#filled += end - from;
		if (this.#filled === buffer.length) {
			whole.push(buffer);
			this.#reset();
		}
		return end;
	}

	#readHeader(byte: number, rest: number): void {
		if (this.#matched < MAGIC.length) {
			this.#match(byte);
			return;
		}
		this.#length = this.#length * 256 + byte;
		this.#matched++;
		if (this.#matched < MAGIC.length + LENGTH_BYTES) return;
		const length = this.#length;
		this.#reset();
		if (length > this.#maxBytes) {
			this.#skippedBytes += MAGIC.length + LENGTH_BYTES + rest;
			throw new MediaError('picture-too-large', `A buffer has ${length} bytes, over the ${this.#maxBytes} allowed.`);
		}
		if (length > 0) this.#buffer = new Uint8Array(length);
	}

	/** No byte of the magic comes twice, so a mismatch can only begin it again. */
	#match(byte: number): void {
		if (byte === MAGIC[this.#matched]) {
			this.#matched++;
			return;
		}
		const isStart = byte === MAGIC[0];
		this.#skippedBytes += this.#matched + (isStart ? 0 : 1);
		this.#matched = isStart ? 1 : 0;
	}

	#reset(): void {
		this.#matched = this.#length = this.#filled = 0;
		this.#buffer = undefined;
	}
}
