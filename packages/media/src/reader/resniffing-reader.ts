import { MediaError } from '../errors/media-error.ts';
import { lookAgain } from '../sniff/second-look.ts';
import type { ParsedUnit, Reader } from './reader.ts';

/** What a stream may turn out to be. */
export type Guess = 'jpeg' | 'multipart' | 'h264';

/** How much is looked at once: a parameter set, or the headers of a JPEG, are within. */
const WINDOW_BYTES = 16_384;
/** What is looked at twice, so that nothing is missed between two windows. */
const OVERLAP_BYTES = 4096;

/**
 * Reads a stream as what its first bytes seemed to be, and looks again as long as that brings no picture: noise before a
 * stream may look like the beginning of another one. Once a picture has come the guess counts as right.
 */
export class ResniffingReader implements Reader {
	readonly #open: (kind: Guess) => Reader;
	#kind: Guess;
	#reader: Reader;
	/** Undefined once a picture has come. */
	#window: Uint8Array | undefined = new Uint8Array(WINDOW_BYTES);
	#filled = 0;
	/** What the readers before have skipped and broken. */
	#skippedBefore = 0;
	#brokenBefore = 0;

	constructor(kind: Guess, open: (kind: Guess) => Reader) {
		this.#open = open;
		this.#kind = kind;
		this.#reader = open(kind);
	}

	get hasPicture(): boolean {
		return this.#reader.hasPicture;
	}

	get earlyFlushes(): number {
		return this.#reader.earlyFlushes;
	}

	get pendingBytes(): number {
		return this.#reader.pendingBytes;
	}

	get heldBytes(): number {
		return this.#reader.heldBytes + (this.#window?.length ?? 0);
	}

	get skippedBytes(): number {
		return this.#skippedBefore + this.#reader.skippedBytes;
	}

	get brokenPictures(): number {
		return this.#brokenBefore + this.#reader.brokenPictures;
	}

	get problem(): string | undefined {
		return this.#reader.problem;
	}

	get reorders(): boolean {
		return this.#reader.reorders;
	}

	/** As the reader's; throws MediaError 'unsupported-codec' too, if the stream turns out to be what is not read. */
	push(chunk: Uint8Array): ParsedUnit[] {
		const frames = this.#reader.push(chunk);
		if (frames.length > 0) this.#window = undefined;
		return this.#window ? this.#collect(this.#window, chunk) : frames;
	}

	/** At the end of a stream, what there was no reason to look at yet is looked at. */
	flush(): ParsedUnit[] {
		const frames = this.#reader.flush();
		if (frames.length > 0) this.#window = undefined;
		const found = this.#window && this.#look(this.#window.subarray(0, this.#filled), new Uint8Array(0));
		return found ? [...found, ...this.flush()] : frames;
	}

	#collect(window: Uint8Array, chunk: Uint8Array): ParsedUnit[] {
		for (let at = 0; at < chunk.length; ) {
			const part = chunk.subarray(at, at + WINDOW_BYTES - this.#filled);
			window.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled < WINDOW_BYTES) break;
			const frames = this.#look(window, chunk.subarray(at));
			if (frames) return frames;
			window.copyWithin(0, WINDOW_BYTES - OVERLAP_BYTES);
			this.#filled = OVERLAP_BYTES;
		}
		return [];
	}

	/** What comes out if this is the beginning of another kind, with what comes behind it; undefined if it is not. */
	#look(window: Uint8Array, rest: Uint8Array): ParsedUnit[] | undefined {
		const found = lookAgain(window);
		if (!found) return undefined;
		if (found.kind === 'foreign') throw new MediaError('unsupported-codec', `The stream looks like ${found.name}.`);
		const isKnown = found.kind === (this.#kind === 'h264' ? 'h264' : 'jpeg');
		return isKnown ? undefined : this.#change(found.kind, window.slice(found.at), rest);
	}

	/** Goes on as another kind with what was looked at last and what comes behind it. */
	#change(kind: 'jpeg' | 'h264', begun: Uint8Array, rest: Uint8Array): ParsedUnit[] {
		const { skippedBytes, pendingBytes, brokenPictures } = this.#reader;
		this.#skippedBefore += Math.max(0, skippedBytes + pendingBytes - begun.length - rest.length);
		this.#brokenBefore += brokenPictures;
		this.#kind = kind;
		this.#reader = this.#open(kind);
		this.#filled = 0;
		return [...this.push(begun), ...this.push(rest)];
	}
}
