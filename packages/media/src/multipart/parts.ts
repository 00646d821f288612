const LF = 0x0a;
const CR = 0x0d;
/** RFC 2046 5.1.1 allows boundaries of 70 letters; cameras have longer ones. */
const MAX_LINE_BYTES = 200;
const MAX_HEADER_BYTES = 2048;
/** Cameras write it with spaces before the colon, and lines without a name beside it. */
const CONTENT_LENGTH = /^[ \t]*content-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?$/im;

/** Bytes of a multipart body, and whether a part is over behind them. */
export interface Piece {
	readonly bytes: Uint8Array;
	readonly endsPart: boolean;
	/** Of the newest bytes, these and earlier ones, so many are the line that divides; 0: its length says that it is over. */
	readonly excess: number;
}

/**
 * Says where the parts of a multipart body (RFC 2046 5.1) end, cut anywhere: at the line that divides them, or where
 * Content-Length says so if it did not lie about the part before. No byte is left out, and none is held.
 */
export class PartSplitter {
	#state: 'first line' | 'headers' | 'body' | 'no parts' = 'first line';
	/** LF and the line that divides; it is whole in the later states. */
	readonly #line: number[] = [LF];
	/** How many bytes of it the newest bytes are. */
	#matched = 0;
	/** Lines end with CR and LF: then a CR before the line that divides is no part of the body. */
	#usesCr = false;
	/** The byte before the LF that was matched last, and the newest one of the chunk before. */
	#beforeLf: number | undefined;
	#newest: number | undefined;
	#headers = '';
	/** Of the part at hand; undefined if its headers do not tell. */
	#declared: number | undefined;
	#bodyBytes = 0;
	#isTrusted = false;

	split(chunk: Uint8Array): Piece[] {
		const pieces: Piece[] = [];
		let start = 0;
		for (let at = 0; at < chunk.length; ) {
			if (this.#state === 'no parts') break;
			if (this.#state !== 'body') {
				this.#readHead(chunk[at++] ?? 0);
				continue;
			}
			const { end, excess } = this.#readBody(chunk, at);
			at = end;
			if (excess === undefined) continue;
			pieces.push({ bytes: chunk.subarray(start, end), endsPart: true, excess });
			start = end;
		}
		if (chunk.length > 0) this.#newest = chunk.at(-1);
		if (start < chunk.length) pieces.push({ bytes: chunk.subarray(start), endsPart: false, excess: 0 });
		return pieces;
	}

	#readHead(byte: number): void {
		if (this.#state === 'first line') this.#readFirstLine(byte);
		else this.#readHeader(byte);
	}

	#readFirstLine(byte: number): void {
		const line = this.#line;
		if (byte === LF && line.length > 3) {
			this.#usesCr = line.at(-1) === CR;
			if (this.#usesCr) line.pop();
			this.#begin();
		} else if (byte === LF || (byte === CR && line.length === 1)) return;
		else if (line.length > MAX_LINE_BYTES || (line.length < 3 && byte !== 0x2d)) this.#state = 'no parts';
		else line.push(byte);
	}

	#begin(): void {
		this.#state = 'headers';
		this.#headers = '';
		this.#declared = undefined;
		this.#bodyBytes = 0;
		this.#matched = 0;
	}

	#readHeader(byte: number): void {
		this.#headers += String.fromCharCode(byte);
		const isOver = byte === LF && /\n\r?\n$/.test(this.#headers);
		if (!isOver && byte !== 0xff && this.#headers.length < MAX_HEADER_BYTES) return;
		const declared = CONTENT_LENGTH.exec(this.#headers)?.[1];
		// An FF is the first byte of a picture without a line between it and the headers.
		this.#declared = isOver && declared !== undefined ? Number(declared) : undefined;
		this.#state = 'body';
	}

	/** Up to the end of the part (`excess` says what is none of it) or of the chunk. */
	#readBody(chunk: Uint8Array, from: number): { readonly end: number; readonly excess: number | undefined } {
		const declared = this.#isTrusted ? this.#declared : undefined;
		const left = declared === undefined ? Number.POSITIVE_INFINITY : declared - this.#bodyBytes;
		if (left > 0 && left <= chunk.length - from) {
			this.#bodyBytes += left;
			return { end: from + left, excess: 0 };
		}
		const end = this.#findLine(chunk, from);
		this.#bodyBytes += end - from;
		if (this.#matched < this.#line.length) return { end, excess: undefined };
		const excess = this.#line.length + Number(this.#usesCr && this.#beforeLf === CR);
		this.#isTrusted = this.#declared === this.#bodyBytes - excess;
		this.#begin();
		return { end, excess };
	}

	/** Behind the line that divides, or the end of the chunk. It has one LF only, so a mismatch begins it again or not. */
	#findLine(chunk: Uint8Array, from: number): number {
		let at = from;
		while (at < chunk.length && this.#matched < this.#line.length) {
			if (this.#matched === 0) {
				const found = chunk.indexOf(LF, at);
				if (found < 0) return chunk.length;
				at = found;
			}
			const byte = chunk[at++];
			if (byte === LF) this.#beforeLf = at > 1 ? chunk[at - 2] : this.#newest;
			this.#matched = byte === this.#line[this.#matched] ? this.#matched + 1 : Number(byte === LF);
		}
		return at;
	}
}
