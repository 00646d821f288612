/** A part of a message that is smaller than this costs more to look at than its bytes do. */
const SMALL_PART_BYTES = 1024;

const LAST = 0x80;
const MASKED = 0x80;
const CONTINUATION = 0;
const CLOSE = 8;

/**
 * Finds where WebSocket frames (RFC 6455, 5.2) begin and end, without reading what is in them. The library does not tell of
 * frames that are no message: parts of one, empty ones. A packet can hold ten thousand of them.
 */
export class FrameMeter {
	readonly #head = new Uint8Array(10);
	#have = 0;
	/** Bytes of the present frame that are still to come. */
	#skip = 0;
	/** Frames without a message of their own that the last `advance` has come by: control frames, small parts, empty ones. */
	extra = 0;

	/** The offset in `chunk`, from `at` on, behind the next `most` frames, or at its end. */
	advance(chunk: Uint8Array, at: number, most: number): number {
		this.extra = 0;
		let position = at;
		for (let frames = 0; position < chunk.length; ) {
			if (this.#skip > 0) {
				const skipped = Math.min(this.#skip, chunk.length - position);
				this.#skip -= skipped;
				position += skipped;
			} else {
				if (this.#have === 0 && frames++ === most) return position;
				this.#head[this.#have++] = chunk[position++] ?? 0;
				this.#begin();
			}
		}
		return position;
	}

	/** Looks whether the header is whole. */
	#begin(): void {
		const [first = 0, second = 0] = this.#head;
		const short = second & 0x7f;
		const size = short < 126 ? 2 : short === 126 ? 4 : 10;
		if (this.#have < size) return;
		const view = new DataView(this.#head.buffer);
		const long = short === 126 ? view.getUint16(2) : view.getUint32(2) * 0x1_0000_0000 + view.getUint32(6);
		const length = short < 126 ? short : long;
		this.#skip = length + (second & MASKED ? 4 : 0);
		this.#have = 0;
		if (isExtra(first, length)) this.extra++;
	}
}

function isExtra(first: number, length: number): boolean {
	const opcode = first & 0x0f;
	if (opcode >= CLOSE) return opcode !== CLOSE;
	const isPart = opcode === CONTINUATION || (first & LAST) === 0;
	return length === 0 || (isPart && length < SMALL_PART_BYTES);
}
