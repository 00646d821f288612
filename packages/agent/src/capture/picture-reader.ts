import { concat, type Micros } from '@oriel/base';
import { MediaError, type MediaUnit, openReader, type Reader, sniffBody, TimedReader } from '@oriel/media';
import { SourceError } from '../errors/source-error.ts';

/** With so many bytes and no sign of what they are, they are noise before a JPEG; some cameras begin with that. */
export const MAX_HEAD_BYTES = 4096;

export interface PictureReaderOptions {
	/** Whose bytes they are, for error texts, e.g. `standard input`. */
	readonly from: string;
	readonly maxPictureBytes: number;
	/** What they are, where that cannot be told from the first of them. */
	readonly kind?: 'rdhv' | undefined;
	/** Who reads them, where it is known what they are. */
	readonly reader?: Reader | undefined;
}

/**
 * Turns bytes as they come in, cut anywhere, into frames for viewers. What they are is told by the first of them: JPEGs
 * with anything in between, H.264 in Annex B, or FLV.
 */
export class PictureReader {
	readonly #options: PictureReaderOptions;
	#head: Uint8Array = new Uint8Array(0);
	/** When the first of it came. */
	#headAt: Micros = 0;
	/** Both are there once it is known what comes. */
	#reader: Reader | undefined;
	#timed: TimedReader | undefined;
	/** The first fault of the stream that its reader found. */
	#problem: string | undefined;

	constructor(options: PictureReaderOptions) {
		this.#options = options;
		const { kind, reader, maxPictureBytes: maxBytes } = options;
		if (reader) this.#begin(reader);
		else if (kind) this.#begin(openReader(kind, { maxBytes }));
	}

	/** Undefined until it is known what comes. */
	get reader(): Reader | undefined {
		return this.#reader;
	}

	/** What the owner should change; undefined: nothing. */
	get advice(): string | undefined {
		if (this.#reader?.reorders) return `${this.#options.from} has B-frames, which delay its pictures; switch them off`;
		return this.#problem && `${this.#options.from} has a problem: ${this.#problem}`;
	}

	/** The frames that `chunk`, which came in at `now`, completes. Throws SourceError `too-large` or `no-picture`. */
	push(chunk: Uint8Array, now: Micros): MediaUnit[] {
		if (this.#timed) return this.#taken((timed) => timed.push(chunk, now));
		if (this.#head.length === 0) this.#headAt = now;
		this.#head = concat([this.#head, chunk]);
		const reader = this.#recognise();
		if (!reader) return [];
		this.#begin(reader);
		const head = this.#head;
		this.#head = new Uint8Array(0);
		return this.#taken((timed) => timed.push(head, now, this.#headAt));
	}

	/** The stream is silent, or at its end: the picture that is whole unless more of it comes. */
	flush(): MediaUnit[] {
		return this.#taken((timed) => timed.flush());
	}

	#begin(reader: Reader): void {
		this.#reader = reader;
		this.#timed = new TimedReader(reader);
	}

	#recognise(): Reader | undefined {
		const { from, maxPictureBytes: maxBytes } = this.#options;
		const sniffed = sniffBody(this.#head);
		if (sniffed?.kind === 'foreign') {
			const words = `${from} brings ${sniffed.name}; expected JPEG, H.264 (Annex B) or FLV`;
			throw new SourceError('no-picture', words, { again: 'soon' });
		}
		if (sniffed) return openReader(sniffed.kind, { maxBytes });
		return this.#head.length > MAX_HEAD_BYTES ? openReader('jpeg', { maxBytes }) : undefined;
	}

	#taken(take: (timed: TimedReader) => MediaUnit[]): MediaUnit[] {
		if (!this.#timed) return [];
		try {
			const frames = take(this.#timed);
			this.#problem ??= this.#reader?.problem;
			return frames;
		} catch (cause) {
			if (!(cause instanceof MediaError)) throw cause;
			throw refused(cause, this.#options.from);
		}
	}
}

function refused(cause: MediaError, from: string): SourceError {
	const code = cause.code === 'picture-too-large' ? 'too-large' : 'no-picture';
	return new SourceError(code, `${from} brings what cannot be read: ${cause.message}`, { again: 'soon', cause });
}
