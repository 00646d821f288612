import { findJpeg } from '../jpeg/inspect.ts';
import type { Jpeg } from '../jpeg/jpeg.ts';
import { isWhole } from '../jpeg/whole.ts';
import { RdhvSplitter } from '../rdhv/split.ts';
import { AnnexBReader } from './annexb-reader.ts';
import { jpegUnit } from './jpeg-reader.ts';
import type { ParsedUnit, Reader } from './reader.ts';

/** So many broken pictures in a row are worth a word. */
const ENOUGH_BROKEN = 3;

/** What `v4l2-ctl --stream-to-hdr` writes: a camera's JPEGs or its H.264, each buffer a picture, with its length. */
export class RdhvReader implements Reader {
	readonly hasPicture = false;
	readonly earlyFlushes = 0;
	readonly #splitter: RdhvSplitter;
	/** A buffer is a whole picture: it is taken out as soon as it is in, without waiting for the next. */
	readonly #h264: AnnexBReader;
	#brokenJpegs = 0;
	#brokenInRow = 0;

	constructor(limits: { readonly maxBytes: number }) {
		this.#splitter = new RdhvSplitter(limits);
		this.#h264 = new AnnexBReader(limits);
	}

	get pendingBytes(): number {
		return this.#splitter.pendingBytes;
	}

	get heldBytes(): number {
		return this.#splitter.heldBytes + this.#h264.heldBytes;
	}

	get skippedBytes(): number {
		return this.#splitter.skippedBytes + this.#h264.skippedBytes;
	}

	get brokenPictures(): number {
		return this.#brokenJpegs + this.#h264.brokenPictures;
	}

	get reorders(): boolean {
		return this.#h264.reorders;
	}

	get problem(): string | undefined {
		if (this.#brokenInRow < ENOUGH_BROKEN) return this.#h264.problem;
		return `${this.#brokenInRow} pictures in a row came that are no JPEG, or were cut off.`;
	}

	push(chunk: Uint8Array): ParsedUnit[] {
		return this.#splitter.push(chunk).flatMap((buffer) => this.#read(buffer));
	}

	flush(): ParsedUnit[] {
		return [];
	}

	#read(buffer: Uint8Array): ParsedUnit[] {
		if (buffer[0] === 0 && buffer[1] === 0) {
			const frames = this.#h264.push(buffer);
			// A buffer may hold one field of two: that is no picture yet.
			return this.#h264.hasPicture ? [...frames, ...this.#h264.flush()] : frames;
		}
		const jpeg = jpegOf(buffer);
		this.#brokenInRow = jpeg ? 0 : this.#brokenInRow + 1;
		if (jpeg) return [jpegUnit(jpeg)];
		this.#brokenJpegs++;
		return [];
	}
}

/** Undefined for what is no JPEG, or one that was cut off: cheap cameras send many of those when it is dark. */
function jpegOf(buffer: Uint8Array): Jpeg | undefined {
	const jpeg = findJpeg(buffer);
	const hasNoEnd = jpeg && jpeg.bytes.buffer !== buffer.buffer;
	if (!hasNoEnd || (buffer.at(-1) === 0 && buffer.at(-2) === 0)) return jpeg;
	return isWhole(jpeg.bytes, jpeg.width * jpeg.height) ? jpeg : undefined;
}
