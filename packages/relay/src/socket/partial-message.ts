import { heldBytes } from '@oriel/base';
import { BUFFER_OVERHEAD } from '../memory/limits.ts';

const CONTROL_OPCODES = 0x08;
const FINAL = 0x80;
const MASKED = 0x80;
/** A fragment that came in two chunks is put together in a part of a page that Node’s small buffers share. */
const FRAGMENT_BYTES = 8192;

/**
 * What a WebSocket library holds of a message that is not whole yet (RFC 6455 clause 5.2), told from the same bytes: every
 * chunk that a byte of it is in, as a whole. It only follows lengths; what is malformed the library refuses.
 */
export class PartialMessage {
	readonly #header = new Uint8Array(14);
	/** Bytes of the header that have come, and how many it has as far as is known. */
	#headerLength = 0;
	#headerSize = 2;
	/** Bytes of the frame's payload that are to come; undefined within a header. */
	#missing: number | undefined;
	/** Fragments of the unfinished message that are whole. */
	#fragments = 0;
	#held = 0;

	/** Memory that is held, in bytes. */
	get held(): number {
		return this.#held;
	}

	/** Bytes came. */
	push(chunk: Uint8Array): void {
		let wasEmptied = this.#isEmpty;
		for (let at = 0; at < chunk.length; ) {
			at = this.#missing === undefined ? this.#readHeader(chunk, at) : this.#skip(this.#missing, chunk, at);
			wasEmptied ||= this.#isEmpty;
		}
		const cost = heldBytes(chunk) + BUFFER_OVERHEAD;
		if (this.#isEmpty) this.#held = 0;
		else this.#held = (wasEmptied ? this.#fragments * FRAGMENT_BYTES : this.#held) + cost;
	}

	get #isEmpty(): boolean {
		return this.#fragments === 0 && this.#headerLength === 0 && this.#missing === undefined;
	}

	#readHeader(chunk: Uint8Array, from: number): number {
		let at = from;
		while (at < chunk.length && this.#headerLength < this.#headerSize) {
			this.#header[this.#headerLength++] = chunk[at++] ?? 0;
			if (this.#headerLength === 2) this.#headerSize = sizeOf(this.#header[1] ?? 0);
		}
		if (this.#headerLength < this.#headerSize) return at;
		this.#missing = lengthIn(this.#header);
		if (this.#missing === 0) this.#endFrame();
		return at;
	}

	#skip(missing: number, chunk: Uint8Array, from: number): number {
		const end = Math.min(chunk.length, from + missing);
		this.#missing = missing - (end - from);
		if (this.#missing === 0) this.#endFrame();
		return end;
	}

	#endFrame(): void {
		const [first = 0] = this.#header;
		this.#headerLength = 0;
		this.#headerSize = 2;
		this.#missing = undefined;
		if ((first & CONTROL_OPCODES) !== 0) return;
		if ((first & FINAL) !== 0) this.#fragments = 0;
		else {
			this.#fragments++;
			this.#held += FRAGMENT_BYTES;
		}
	}
}

function sizeOf(second: number): number {
	const length = second & 0x7f;
	return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + ((second & MASKED) !== 0 ? 4 : 0);
}

function lengthIn(header: Uint8Array): number {
	const view = new DataView(header.buffer);
	const length = view.getUint8(1) & 0x7f;
	if (length < 126) return length;
	return length === 126 ? view.getUint16(2) : view.getUint32(2) * 0x1_0000_0000 + view.getUint32(6);
}
