import { withHuffmanTables } from '../jpeg/huffman-tables.ts';
import { inspectJpeg } from '../jpeg/inspect.ts';
import { RdhvSplitter } from '../rdhv/split.ts';
import { AnnexBReader } from './annexb-reader.ts';
import type { Reader, ReadFrame } from './reader.ts';

/** What `v4l2-ctl --stream-to-hdr` writes: a camera's JPEGs or its H.264, each buffer a picture, with its length. */
export class RdhvReader implements Reader {
	readonly hasPicture = false;
	readonly earlyFlushes = 0;
	readonly #splitter: RdhvSplitter;
	/** A buffer is a whole picture: it is taken out as soon as it is in, without waiting for the next. */
	readonly #h264: AnnexBReader;
	#brokenJpegs = 0;

	constructor(limits: { readonly maxBytes: number }) {
		this.#splitter = new RdhvSplitter(limits);
		this.#h264 = new AnnexBReader(limits);
	}

	get pendingBytes(): number {
		return this.#splitter.pendingBytes;
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

	push(chunk: Uint8Array): ReadFrame[] {
		return this.#splitter.push(chunk).flatMap((buffer) => this.#read(buffer));
	}

	flush(): ReadFrame[] {
		return [];
	}

	#read(buffer: Uint8Array): ReadFrame[] {
		if (buffer[0] === 0 && buffer[1] === 0) return [...this.#h264.push(buffer), ...this.#h264.flush()];
		const frame = jpegOf(buffer);
		if (frame) return [frame];
		this.#brokenJpegs++;
		return [];
	}
}

/** Undefined for what is no JPEG, or one that was cut off: cheap cameras send many of those when it is dark. */
function jpegOf(buffer: Uint8Array): ReadFrame | undefined {
	const jpeg = inspectJpeg(buffer);
	if (!jpeg) return undefined;
	const hasNoEnd = jpeg.bytes.buffer !== buffer.buffer;
	if (hasNoEnd && !(buffer.at(-1) === 0 && buffer.at(-2) === 0)) return undefined;
	const { width, height } = jpeg;
	const format = { codec: 'jpeg', codecString: undefined, width, height } as const;
	return { key: true, bytes: withHuffmanTables(jpeg), format };
}
