import { concat, type Micros } from '@oriel/base';
import { MediaError, openReader, type Reader, type ReadFrame, sniffBody } from '@oriel/media';
import { SourceError } from '../errors/source-error.ts';
import type { Frame } from './source.ts';

/** With so many bytes and no sign of what they are, they are noise before a JPEG; some cameras begin with that. */
export const MAX_HEAD_BYTES = 4096;

/** Damage of one picture. Those up to the next key frame are lost with it; the stream is not. */
const PASSING: ReadonlySet<string> = new Set(['bad-sps', 'bad-pps', 'bad-slice']);

export interface PictureReaderOptions {
	/** Whose bytes they are, for error texts, e.g. `standard input`. */
	readonly from: string;
	readonly maxPictureBytes: number;
	/** What they are, where that cannot be told from the first of them. */
	readonly kind?: 'rdhv' | undefined;
}

/**
 * Turns bytes as they come in, cut anywhere, into frames for viewers. What they are is told by the first of them: JPEGs
 * with anything in between, H.264 in Annex B, or FLV.
 */
export class PictureReader {
	readonly #options: PictureReaderOptions;
	#head: Uint8Array = new Uint8Array(0);
	#reader: Reader | undefined;
	/** When the bytes came that the unfinished picture begins with. */
	#begunAt: Micros = 0;
	#damage: string | undefined;

	constructor(options: PictureReaderOptions) {
		this.#options = options;
		const { kind, maxPictureBytes: maxBytes } = options;
		if (kind) this.#reader = openReader(kind, { maxBytes });
	}

	/** Undefined until it is known what comes. */
	get reader(): Reader | undefined {
		return this.#reader;
	}

	/** What the owner should change; undefined: nothing. */
	get advice(): string | undefined {
		if (this.#reader?.reorders) return `${this.#options.from} has B-frames, which delay its pictures; switch them off`;
		return this.#damage;
	}

	/** The frames that `chunk`, which came in at `now`, completes. Throws SourceError `too-large` or `no-picture`. */
	push(chunk: Uint8Array, now: Micros): Frame[] {
		if (this.#reader) return this.#read(this.#reader, chunk, now);
		if (this.#head.length === 0) this.#begunAt = now;
		this.#head = concat([this.#head, chunk]);
		this.#reader = this.#recognise();
		if (!this.#reader) return [];
		const head = this.#head;
		this.#head = new Uint8Array(0);
		return this.#read(this.#reader, head, now, this.#begunAt);
	}

	/** The stream is silent, or at its end: the picture that is whole unless more of it comes. */
	flush(): Frame[] {
		const { pictures } = this.#taken((reader) => reader.flush());
		return pictures.map((picture) => frameOf(picture, this.#begunAt));
	}

	#recognise(): Reader | undefined {
		const { from, maxPictureBytes: maxBytes } = this.#options;
		const sniffed = sniffBody(this.#head);
		if (sniffed?.kind === 'foreign') {
			const words = `${from} brings ${sniffed.name}; JPEG, H.264 (Annex B) or FLV is wanted`;
			throw new SourceError('no-picture', words, { again: 'soon' });
		}
		if (sniffed) return openReader(sniffed.kind, { maxBytes });
		return this.#head.length > MAX_HEAD_BYTES ? openReader('jpeg', { maxBytes }) : undefined;
	}

	#read(reader: Reader, chunk: Uint8Array, now: Micros, arrivedAt: Micros = now): Frame[] {
		const begunAt = reader.pendingBytes > 0 ? this.#begunAt : arrivedAt;
		const { pictures, lost } = this.#taken(() => reader.push(chunk));
		this.#begunAt = lost || pictures.length > 0 ? now : begunAt;
		return pictures.map((picture, index) => frameOf(picture, index === 0 && !lost ? begunAt : now));
	}

	/** What `take` gives, and whether some picture ended in it that nobody can see. */
	#taken(take: (reader: Reader) => ReadFrame[]): { readonly pictures: readonly ReadFrame[]; readonly lost: boolean } {
		const reader = this.#reader;
		if (!reader) return { pictures: [], lost: false };
		const broken = reader.brokenPictures;
		try {
			const pictures = take(reader);
			return { pictures, lost: reader.brokenPictures > broken };
		} catch (cause) {
			if (!(cause instanceof MediaError)) throw cause;
			if (!PASSING.has(cause.code)) throw refused(cause, this.#options.from);
			this.#damage ??= `${this.#options.from} brings damaged pictures: ${cause.message}`;
			return { pictures: [], lost: true };
		}
	}
}

function refused(cause: MediaError, from: string): SourceError {
	const code = cause.code === 'picture-too-large' ? 'too-large' : 'no-picture';
	return new SourceError(code, `${from} brings what cannot be read: ${cause.message}`, { again: 'soon', cause });
}

function frameOf({ key, bytes, format }: ReadFrame, capturedAt: Micros): Frame {
	return { key, capturedAt, bytes, format };
}
