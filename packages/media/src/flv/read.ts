import { hex } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { VideoTags } from './tag.ts';
import type { FlvVideo } from './video.ts';

const HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const PREVIOUS_SIZE_BYTES = 4;

const AUDIO = 8;
const VIDEO = 9;
const SCRIPT = 18;

type Part = 'header' | 'gap' | 'tag header' | 'video' | 'other';

/**
 * Reads an endless FLV stream (Adobe FLV 10.1, E.2 to E.4), cut anywhere, as `ffmpeg -f flv` writes it. Every tag says
 * how long it is, so a picture comes out with the very push that brings its last byte. Tags without pictures are skipped.
 *
 * There is no way to find back into a damaged stream: after an error every further push throws the same error.
 */
export class FlvReader {
	readonly #maxBytes: number;
	readonly #tags = new VideoTags();
	#part: Part = 'header';
	/** What has come of the part at hand, where its bytes are needed. */
	#held = new Uint8Array(HEADER_BYTES);
	#length = 0;
	/** How long the part at hand is. */
	#size = HEADER_BYTES;
	#timestampMs = 0;
	#skippedTags = 0;
	#failure: unknown;

	/** `maxBytes` is the longest video tag that is let through, and the most memory that is held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** Bytes of an unfinished header or tag. At the end of a stream that was cut off they are not 0. */
	get pendingBytes(): number {
		return this.#length;
	}

	/** Pictures that could not be taken out of their tags. */
	get lostPictures(): number {
		return this.#tags.lostPictures;
	}

	/** What is wrong with tags, where that has cost pictures that others refer to. */
	get damage(): string | undefined {
		return this.#tags.damage;
	}

	/** Memory of the unfinished part, which has its whole length from its header on, and of the parameter sets. */
	get heldBytes(): number {
		return this.#held.length + this.#tags.heldBytes;
	}

	/** Tags of sound and of data about the stream. */
	get skippedTags(): number {
		return this.#skippedTags;
	}

	/**
	 * The pictures that `chunk` completes. Throws MediaError 'bad-flv', 'unsupported-codec' or 'picture-too-large'; the
	 * pictures of that chunk are lost.
	 */
	push(chunk: Uint8Array): FlvVideo[] {
		if (this.#failure) throw this.#failure;
		const pictures: FlvVideo[] = [];
		try {
			for (let at = 0; at < chunk.length; ) at = this.#advance(chunk, at, pictures);
		} catch (thrown) {
			this.#failure = thrown;
			this.#held = new Uint8Array(0);
			this.#length = 0;
			throw thrown;
		}
		return pictures;
	}

	#advance(chunk: Uint8Array, from: number, pictures: FlvVideo[]): number {
		const end = Math.min(chunk.length, from + this.#size - this.#length);
		if (this.#part !== 'gap' && this.#part !== 'other') this.#held.set(chunk.subarray(from, end), this.#length);
		this.#length += end - from;
		if (this.#length === this.#size) this.#finishPart(pictures);
		return end;
	}

	#finishPart(pictures: FlvVideo[]): void {
		if (this.#part === 'header') this.#readHeader();
		else if (this.#part === 'gap') this.#begin('tag header', TAG_HEADER_BYTES);
		else if (this.#part === 'tag header') this.#readTagHeader();
		else {
			const picture = this.#part === 'video' ? this.#tags.read(this.#held, this.#timestampMs) : undefined;
			if (this.#part === 'other') this.#skippedTags++;
			if (picture) pictures.push(picture);
			this.#begin('gap', PREVIOUS_SIZE_BYTES);
		}
	}

	/** E.2: a header may be longer than what this version knows of it. */
	#readHeader(): void {
		const [f, l, v, , , a = 0, b = 0, c = 0, d = 0] = this.#held;
		if (f !== 0x46 || l !== 0x4c || v !== 0x56) throw bad(`begins with ${hex(this.#held, 4)}, not with FLV`);
		const beyond = ((a << 24) | (b << 16) | (c << 8) | d) - HEADER_BYTES;
		if (beyond < 0 || beyond > 255) throw bad(`says that its header has ${beyond + HEADER_BYTES} bytes`);
		this.#begin('gap', beyond + PREVIOUS_SIZE_BYTES);
	}

	/** E.4.1: the upper byte of the time comes last. */
	#readTagHeader(): void {
		const [type = 0, a = 0, b = 0, c = 0, high = 0, middle = 0, low = 0, highest = 0] = this.#held;
		const size = (a << 16) | (b << 8) | c;
		if (type !== AUDIO && type !== VIDEO && type !== SCRIPT) throw bad(`has a tag of the unknown type ${type}`);
		if (type === VIDEO && size > this.#maxBytes) {
			throw new MediaError('picture-too-large', `A video tag has ${size} bytes, over the ${this.#maxBytes} allowed.`);
		}
		this.#timestampMs = ((highest << 24) | (high << 16) | (middle << 8) | low) >>> 0;
		if (size === 0) this.#begin('gap', PREVIOUS_SIZE_BYTES);
		else this.#begin(type === VIDEO ? 'video' : 'other', size);
	}

	#begin(part: Part, size: number): void {
		this.#part = part;
		this.#size = size;
		this.#length = 0;
		if (part === 'tag header' || part === 'video') this.#held = new Uint8Array(size);
	}
}

function bad(problem: string): MediaError {
	return new MediaError('bad-flv', `The FLV stream ${problem}.`);
}
