import { MediaError } from '../errors/media-error.ts';
import type { Jpeg } from './jpeg.ts';
import { JpegWalk } from './walk.ts';

const FIRST_HOLD_BYTES = 65_536;

/**
 * Finds whole JPEG pictures in an endless stream of bytes, cut anywhere, with anything between them. A picture comes
 * out with the very push that brings its last byte. Every byte pushed ends in a picture, in `skippedBytes` or is pending.
 */
export class JpegScanner {
	readonly #maxBytes: number;
	/** The beginning of an unfinished picture, in `#length` bytes of a buffer that is used again. */
	#held = new Uint8Array(0);
	#length = 0;
	#walk: JpegWalk | undefined;
	/** Between pictures: the newest byte was an FF, which may be the first half of an SOI. */
	#halfStart = false;
	#skippedBytes = 0;
	#truncatedPictures = 0;

	/** `maxBytes` is the longest picture that is let through, and the most memory that is held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
	}

	/** Bytes of an unfinished picture. */
	get pendingBytes(): number {
		return this.#walk ? this.#length : Number(this.#halfStart);
	}

	/** Bytes seen so far that belong to no picture, or to one that was truncated or is none. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	/** Pictures that broke off because the next one began. */
	get truncatedPictures(): number {
		return this.#truncatedPictures;
	}

	/**
	 * The pictures that `chunk` completes, in bytes of their own. Throws MediaError 'picture-too-large' as soon as one
	 * passes `maxBytes`; that chunk is then skipped with all that was pending, and the search begins anew.
	 */
	push(chunk: Uint8Array): Jpeg[] {
		const pictures: Jpeg[] = [];
		let at = 0;
		while (at < chunk.length) {
			at = this.#walk ? this.#readPicture(this.#walk, chunk, at, pictures) : this.#seek(chunk, at);
		}
		return pictures;
	}

	#seek(chunk: Uint8Array, from: number): number {
		if (!this.#halfStart) {
			const found = chunk.indexOf(0xff, from);
			this.#skippedBytes += (found < 0 ? chunk.length : found) - from;
			this.#halfStart = found >= 0;
			return found < 0 ? chunk.length : found + 1;
		}
		this.#halfStart = false;
		if (chunk[from] === 0xd8) {
			this.#begin();
			return from + 1;
		}
		this.#skippedBytes += 1; // the FF; the byte at hand may be the first half itself
		return from;
	}

	#begin(): void {
		this.#walk = new JpegWalk();
		this.#length = 0;
		this.#hold(Uint8Array.of(0xff, 0xd8));
	}

	#readPicture(walk: JpegWalk, chunk: Uint8Array, from: number, pictures: Jpeg[]): number {
		const end = walk.advance(chunk, from);
		const part = chunk.subarray(from, end);
		const size = this.#length + part.length;
		if (size > this.#maxBytes) this.#refuse(this.#length + chunk.length - from);
		if (walk.pause === 'out' || walk.pause === 'scan') this.#hold(part);
		else this.#walk = undefined;
		if (walk.pause === 'end' && walk.isPicture) pictures.push(this.#finish(walk, part));
		else if (walk.pause === 'end' || walk.pause === 'broken') this.#skippedBytes += size;
		else if (walk.pause === 'restart') {
			this.#skippedBytes += size - 2;
			this.#truncatedPictures++;
			this.#begin();
		}
		return end;
	}

	#finish({ width, height, hasHuffmanTables }: JpegWalk, last: Uint8Array): Jpeg {
		const bytes = new Uint8Array(this.#length + last.length);
		bytes.set(this.#held.subarray(0, this.#length));
		bytes.set(last, this.#length);
		return { bytes, width, height, hasHuffmanTables };
	}

	/** The buffer doubles, so that a picture in one-byte chunks is copied twice at most on average. */
	#hold(part: Uint8Array): void {
		const needed = this.#length + part.length;
		if (needed > this.#held.length) {
			const roomy = Math.min(this.#maxBytes, Math.max(FIRST_HOLD_BYTES, 2 * this.#held.length));
			const wider = new Uint8Array(Math.max(needed, roomy));
			wider.set(this.#held.subarray(0, this.#length));
			this.#held = wider;
		}
		this.#held.set(part, this.#length);
		this.#length = needed;
	}

	#refuse(lostBytes: number): never {
		this.#walk = undefined;
		this.#length = 0;
		this.#skippedBytes += lostBytes;
		throw new MediaError('picture-too-large', `A JPEG picture is longer than the ${this.#maxBytes} bytes allowed.`);
	}
}
