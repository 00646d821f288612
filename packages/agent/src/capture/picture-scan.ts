import type { Micros } from '@oriel/base';
import { type Jpeg, JpegScanner, MediaError, withHuffmanTables } from '@oriel/media';
import { SourceError } from '../errors/source-error.ts';
import type { Frame } from './source.ts';

/** Turns bytes as they come in, cut anywhere, with anything between the pictures, into frames that any browser can show. */
export class PictureScan {
	readonly #scanner: JpegScanner;
	/** When the bytes came that the unfinished picture begins with. */
	#begunAt: Micros = 0;

	constructor({ maxPictureBytes }: { readonly maxPictureBytes: number }) {
		this.#scanner = new JpegScanner({ maxBytes: maxPictureBytes });
	}

	/** The frames that `chunk`, which came in at `now`, completes. Throws SourceError `too-large`. */
	push(chunk: Uint8Array, now: Micros): Frame[] {
		const begunAt = this.#scanner.pendingBytes > 0 ? this.#begunAt : now;
		const pictures = this.#scan(chunk);
		this.#begunAt = pictures.length > 0 ? now : begunAt;
		return pictures.map((jpeg, index) => frameOf(jpeg, index === 0 ? begunAt : now));
	}

	#scan(chunk: Uint8Array): Jpeg[] {
		try {
			return this.#scanner.push(chunk);
		} catch (cause) {
			if (!(cause instanceof MediaError)) throw cause;
			throw new SourceError('too-large', cause.message, { again: 'soon', cause });
		}
	}
}

function frameOf(jpeg: Jpeg, capturedAt: Micros): Frame {
	return { key: true, capturedAt, bytes: withHuffmanTables(jpeg), width: jpeg.width, height: jpeg.height };
}
