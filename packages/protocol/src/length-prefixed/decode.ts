import { viewOf } from '@oriel/base';
import { ProtocolError } from '../errors/protocol-error.ts';

const LENGTH_BYTES = 4;

/**
 * Cuts a byte stream of `[length, 4 bytes big-endian][that many bytes]` into its messages: the format of the seed's
 * sender. Messages of length 0 are passed on. An oversized length throws before anything is allocated for it.
 */
export class LengthPrefixedDecoder {
	readonly #maxBytes: number;
	readonly #length = new Uint8Array(LENGTH_BYTES);
	/** The message being filled; undefined while its length is being read. */
	#message: Uint8Array | undefined;
	/** Bytes filled of whichever of the two is being read. */
	#filled = 0;

	constructor({ maxBytes }: { maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** Bytes waiting for the rest of their message; non-zero at the end of the stream means truncation. */
	get pendingBytes(): number {
		return this.#filled + (this.#message ? LENGTH_BYTES : 0);
	}

	/** Memory of the message that is being filled: it has its whole length from its header on. */
	get heldBytes(): number {
		return this.#message?.length ?? 0;
	}

	/** The messages that `chunk` completes. Each is an own copy. */
	push(chunk: Uint8Array): Uint8Array[] {
		const messages: Uint8Array[] = [];
		for (let at = 0; at < chunk.length; ) {
			const target = this.#message ?? this.#length;
			const part = chunk.subarray(at, at + target.length - this.#filled);
			target.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled === target.length) this.#complete(messages);
		}
		return messages;
	}

	/** What was being read is full: a message is done, or a length starts the next one. A length of 0 is both. */
	#complete(messages: Uint8Array[]): void {
		this.#filled = 0;
		const done = this.#message ?? this.#emptyMessage();
		if (done) messages.push(done);
		this.#message = done ? undefined : this.#allocate();
	}

	#emptyMessage(): Uint8Array | undefined {
		return this.#announced === 0 ? new Uint8Array(0) : undefined;
	}

	get #announced(): number {
		return viewOf(this.#length).getUint32(0);
	}

	#allocate(): Uint8Array {
		const length = this.#announced;
		if (length <= this.#maxBytes) return new Uint8Array(length);
		throw new ProtocolError('too-large', `Message announces ${length} bytes; at most ${this.#maxBytes} are accepted`);
	}
}
