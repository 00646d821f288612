import { MediaError } from '../errors/media-error.ts';
import type { JpegFault } from './fault.ts';
import { HeldBytes } from './held-bytes.ts';
import type { Jpeg } from './jpeg.ts';
import { isShown, type JpegEnd, withEoi } from './open-end.ts';
import { JpegWalk } from './walk.ts';

const FIRST_HOLD_BYTES = 65_536;

/**
 * Finds whole JPEG pictures in an endless stream of bytes, cut anywhere, with anything between them. A picture comes
 * out with the very push that brings its last byte. Every byte pushed ends in a picture, in `skippedBytes` or is pending.
 *
 * Cameras that leave the EOI out are read too: then a picture is over when the next begins, or when the framing around
 * it says so (`end`), and gets the EOI that it lacks. One that was cut off is not taken for a whole one.
 */
export class JpegScanner {
	readonly #maxBytes: number;
	/** The beginning of an unfinished picture. */
	readonly #held: HeldBytes;
	#walk: JpegWalk | undefined;
	/** Between pictures: the newest byte was an FF, which may be the first half of an SOI. */
	#halfStart = false;
	/** How many pictures in a row had no EOI. */
	#openInRow = 0;
	#skippedBytes = 0;
	#addedBytes = 0;
	#truncatedPictures = 0;
	readonly #faults = new Map<JpegFault, number>();

	/** `maxBytes` is the longest picture that is let through, and the most memory that is held. */
	constructor({ maxBytes }: { readonly maxBytes: number }) {
		this.#maxBytes = maxBytes;
		this.#held = new HeldBytes(FIRST_HOLD_BYTES, maxBytes);
	}

	/** Bytes of an unfinished picture. */
	get pendingBytes(): number {
		return this.#walk ? this.#held.length : Number(this.#halfStart);
	}

	/** Memory of the buffer for unfinished pictures. */
	get heldBytes(): number {
		return this.#held.capacity;
	}

	/** Bytes seen so far that belong to no picture, or to one that was truncated or is none. */
	get skippedBytes(): number {
		return this.#skippedBytes;
	}

	/** Bytes of pictures so far that never came: the EOI that was missing. */
	get addedBytes(): number {
		return this.#addedBytes;
	}

	/** Pictures that broke off before their end. */
	get truncatedPictures(): number {
		return this.#truncatedPictures;
	}

	/** How many things began like a picture and were none that can be shown, by reason. */
	get faults(): ReadonlyMap<JpegFault, number> {
		return this.#faults;
	}

	/** A picture is pending of a camera that leaves the EOI out: it may be whole. */
	get isOpen(): boolean {
		return this.#openInRow > 0 && this.#walk?.isPicture === true;
	}

	/**
	 * The pictures that `chunk` completes, in bytes of their own. Throws MediaError 'picture-too-large' as soon as one
	 * passes `maxBytes`; that chunk is then skipped with all that was pending, and the search begins again.
	 */
	push(chunk: Uint8Array): Jpeg[] {
		const pictures: Jpeg[] = [];
		let at = 0;
		while (at < chunk.length) {
			at = this.#walk ? this.#readPicture(this.#walk, chunk, at, pictures) : this.#seek(chunk, at);
		}
		return pictures;
	}

	/**
	 * The framing around the picture that is pending says that it is over, and that the newest `excess` bytes are no part of
	 * it. Gives it if it is whole but for its EOI.
	 */
	end(excess = 0): Jpeg | undefined {
		const walk = this.#walk;
		if (!walk) return undefined;
		this.#walk = undefined;
		return this.#close(walk, excess, 'framed');
	}

	/**
	 * Nothing more comes, at least for now, or (`framed`) none of the pending picture should: gives it if it is whole but for
	 * its EOI. It stays if it is not.
	 */
	flush(ending: 'silent' | 'framed' = 'silent'): Jpeg | undefined {
		const walk = this.#walk;
		const bytes = this.#held.bytes;
		if (!walk?.isPicture || !isShown(bytes, walk, ending, this.#openInRow)) return undefined;
		this.#walk = undefined;
		return this.#open(walk, bytes);
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
		this.#held.clear();
		this.#held.add(Uint8Array.of(0xff, 0xd8));
	}

	#readPicture(walk: JpegWalk, chunk: Uint8Array, from: number, pictures: Jpeg[]): number {
		const end = walk.advance(chunk, from);
		const part = chunk.subarray(from, end);
		if (this.#held.length + part.length > this.#maxBytes) this.#refuse(this.#held.length + chunk.length - from);
		this.#held.add(part);
		if (walk.pause === 'out' || walk.pause === 'scan') return end;
		this.#walk = undefined;
		if (walk.pause === 'restart') {
			const open = this.#close(walk, 2, 'next');
			if (open) pictures.push(open);
			this.#skippedBytes -= 2; // the SOI begins the next picture
			this.#begin();
		} else if (walk.pause === 'end' && walk.isPicture) pictures.push(this.#finish(walk));
		else this.#drop(walk.fault ?? 'no-marker', this.#held.length);
		return end;
	}

	#finish(walk: JpegWalk): Jpeg {
		this.#openInRow = 0;
		return jpegOf(walk, this.#held.bytes.slice());
	}

	/** The pending picture, which is over without an EOI: undefined, and counted, if it was cut off or is none. */
	#close(walk: JpegWalk, excess: number, ending: JpegEnd): Jpeg | undefined {
		const bytes = this.#held.bytes.subarray(0, Math.max(0, this.#held.length - excess));
		this.#skippedBytes += this.#held.length - bytes.length;
		if (walk.isPicture && isShown(bytes, walk, ending, this.#openInRow)) return this.#open(walk, bytes);
		// A picture of which the header is whole counts as a sign of what the camera does, but does not make sure of it.
		this.#openInRow = Number(walk.isPicture);
		this.#truncatedPictures++;
		const isCut = walk.isPicture || walk.fault === 'no-scan' || walk.fault === 'no-frame-header';
		this.#drop(isCut ? 'cut-off' : (walk.fault ?? 'cut-off'), bytes.length);
		return undefined;
	}

	#open(walk: JpegWalk, bytes: Uint8Array): Jpeg {
		this.#openInRow++;
		const closed = withEoi(bytes);
		this.#addedBytes += 2;
		this.#skippedBytes += bytes.length + 2 - closed.length;
		return jpegOf(walk, closed);
	}

	#drop(fault: JpegFault, bytes: number): void {
		this.#skippedBytes += bytes;
		this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
	}

	#refuse(lostBytes: number): never {
		this.#walk = undefined;
		this.#held.clear();
		this.#skippedBytes += lostBytes;
		throw new MediaError('picture-too-large', `A JPEG picture is longer than the ${this.#maxBytes} bytes allowed.`);
	}
}

function jpegOf({ width, height, hasHuffmanTables, missingHeightAt }: JpegWalk, bytes: Uint8Array): Jpeg {
	return { bytes: withHeight(bytes, height, missingHeightAt), width, height, hasHuffmanTables };
}

/** Browsers do not read a DNL: what it says is put into the frame header, in bytes that are the caller's own. */
export function withHeight(bytes: Uint8Array, height: number, at: number): Uint8Array {
	if (at > 0) bytes.set([height >> 8, height & 0xff], at);
	return bytes;
}
