import { type AnswerHead, type Framing, framingOf, readHead } from './answer-head.ts';

/** Bytes of the lines before a body: no camera has a tenth of that. */
export const MAX_ANSWER_HEAD_BYTES: number = 64 * 1024;
/** Bytes of the line with a chunk's size. */
const MAX_CHUNK_LINE_BYTES = 1024;

/** What the bytes of a connection turned out to be. */
export interface Parsed {
	/** With the bytes that complete it, once. */
	readonly head?: AnswerHead;
	readonly body: readonly Uint8Array[];
	/** The body is complete; bytes behind it are not looked at. */
	readonly isOver: boolean;
}

/** Why an answer cannot be read, in words that go on from "the camera at …". */
export class BadAnswer extends Error {
	override readonly name = 'BadAnswer';
	/** It ended too early; what came was good. */
	readonly isCut: boolean;

	constructor(message: string, { isCut = false } = {}) {
		super(message);
		this.isCut = isCut;
	}
}

/**
 * Reads one answer of HTTP from a connection, as forgiving as browsers are: Node's own parser refuses what many cameras send.
 * It owns no socket. Bodies are views on what was pushed, not copies.
 */
export class AnswerReader {
	#framing: Framing | undefined;
	/** Bytes of a head, or of a chunk's line, that are not complete yet. */
	#pending: Buffer = Buffer.alloc(0);
	/** Bytes of the body, or of its present chunk, that are still to come. */
	#left = 0;
	#isOver = false;

	/** Throws BadAnswer. */
	push(bytes: Buffer): Parsed {
		if (this.#isOver) return { body: [], isOver: true };
		if (this.#framing) return { body: this.#bodyIn(bytes, this.#framing), isOver: this.#isOver };
		this.#pending = Buffer.concat([this.#pending, bytes]);
		return this.#headIn(this.#pending);
	}

	/** The connection has ended. Throws BadAnswer if the answer was not complete and its end was announced. */
	end(): void {
		if (!this.#framing) throw new BadAnswer('closed the connection without an answer', { isCut: true });
		if (!this.#isOver && this.#framing.by !== 'close') {
			throw new BadAnswer('broke off in the middle of its answer', { isCut: true });
		}
	}

	#headIn(bytes: Buffer): Parsed {
		if (isBodyAtOnce(bytes)) return this.#begin({ status: 200, headers: new Map() }, bytes);
		const end = /\r?\n\r?\n/.exec(bytes.toString('latin1', 0, MAX_ANSWER_HEAD_BYTES + 4));
		if (!end) {
			if (bytes.length <= MAX_ANSWER_HEAD_BYTES) return { body: [], isOver: false };
			throw new BadAnswer(
				`sent ${bytes.length} bytes of headers without an end; ${MAX_ANSWER_HEAD_BYTES} at most are read`,
			);
		}
		const head = readHead(bytes.toString('latin1', 0, end.index));
		if (!head) throw new BadAnswer('answers with something that is not HTTP');
		const rest = bytes.subarray(end.index + end[0].length);
		// "Continue" and its like announce another head.
		if (head.status >= 200) return this.#begin(head, rest);
		this.#pending = rest;
		return rest.length > 0 ? this.#headIn(rest) : { body: [], isOver: false };
	}

	#begin(head: AnswerHead, rest: Buffer): Parsed {
		const framing = framingOf(head);
		this.#framing = framing;
		this.#pending = Buffer.alloc(0);
		this.#left = framing.by === 'length' ? framing.bytes : 0;
		this.#isOver = framing.by === 'length' && framing.bytes === 0;
		return { head, body: this.#isOver ? [] : this.#bodyIn(rest, framing), isOver: this.#isOver };
	}

	#bodyIn(bytes: Buffer, framing: Framing): Uint8Array[] {
		if (bytes.length === 0) return [];
		if (framing.by === 'close') return [bytes];
		if (framing.by === 'chunks') return this.#chunksIn(bytes);
		const part = bytes.subarray(0, this.#left);
		this.#left -= part.length;
		this.#isOver = this.#left === 0;
		return [part];
	}

	#chunksIn(bytes: Buffer): Uint8Array[] {
		const parts: Uint8Array[] = [];
		let rest = bytes;
		while (rest.length > 0 && !this.#isOver) {
			if (this.#left > 0) {
				const part = rest.subarray(0, this.#left);
				parts.push(part);
				this.#left -= part.length;
				rest = rest.subarray(part.length);
			} else {
				rest = this.#chunkLineIn(Buffer.concat([this.#pending, rest]));
			}
		}
		return parts;
	}

	/** Takes the line with the size of the next chunk, and the end of the line before it. Gives what follows. */
	#chunkLineIn(bytes: Buffer): Buffer {
		const [, size, end] = /^\s*([0-9a-f]+)[^\n]*(\n)/i.exec(bytes.toString('latin1', 0, MAX_CHUNK_LINE_BYTES)) ?? [];
		if (size === undefined || end === undefined) {
			const isStart = bytes.length < MAX_CHUNK_LINE_BYTES && /^\s*([0-9a-f]+[^\n]*)?$/i.test(bytes.toString('latin1'));
			if (!isStart) throw new BadAnswer('announces chunks and sends none');
			this.#pending = bytes;
			return Buffer.alloc(0);
		}
		this.#pending = Buffer.alloc(0);
		this.#left = Number.parseInt(size, 16);
		if (!Number.isSafeInteger(this.#left)) throw new BadAnswer(`announces a chunk of 0x${size.slice(0, 20)} bytes`);
		this.#isOver = this.#left === 0;
		return bytes.subarray(bytes.indexOf(0x0a, bytes.indexOf(size)) + 1);
	}
}

/** HTTP/0.9, as the smallest of cameras speak it: a JPEG, or the boundary before one, without a head. */
function isBodyAtOnce(bytes: Buffer): boolean {
	return (bytes[0] === 0xff && bytes[1] === 0xd8) || (bytes[0] === 0x2d && bytes[1] === 0x2d);
}
