import { MediaError } from '../errors/media-error.ts';
import { lookAgain } from '../sniff/second-look.ts';
import type { Reader, ReadFrame } from './reader.ts';

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
	push(chunk: Uint8Array): ReadFrame[] {
		const frames = this.#reader.push(chunk);
		if (frames.length > 0) this.#window = undefined;
		return this.#window ? this.#collect(this.#window, chunk) : frames;
	}

	flush(): ReadFrame[] {
		const frames = this.#reader.flush();
		if (frames.length > 0) this.#window = undefined;
		return frames;
	}

	#collect(window: Uint8Array, chunk: Uint8Array): ReadFrame[] {
		for (let at = 0; at < chunk.length; ) {
			const part = chunk.subarray(at, at + WINDOW_BYTES - this.#filled);
			window.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled < WINDOW_BYTES) break;
			const found = lookAgain(window);
			if (found?.kind === 'foreign') throw new MediaError('unsupported-codec', `The stream looks like ${found.name}.`);
			if (found && found.kind !== imageKind(this.#kind))
				return this.#change(found.kind, window.subarray(found.at), chunk.subarray(at));
			window.copyWithin(0, WINDOW_BYTES - OVERLAP_BYTES);
			this.#filled = OVERLAP_BYTES;
		}
		return [];
	}

	/** Goes on as another kind with what was looked at last and what comes behind it. */
	#change(kind: 'jpeg' | 'h264', window: Uint8Array, rest: Uint8Array): ReadFrame[] {
		const { skippedBytes, pendingBytes, brokenPictures } = this.#reader;
		this.#skippedBefore += Math.max(0, skippedBytes + pendingBytes - window.length - rest.length);
		this.#brokenBefore += brokenPictures;
		this.#kind = kind;
		this.#reader = this.#open(kind);
		this.#filled = 0;
		const begun = window.slice();
		return [...this.push(begun), ...this.push(rest)];
	}
}

function imageKind(kind: Guess): 'jpeg' | 'h264' {
	return kind === 'h264' ? 'h264' : 'jpeg';
}
