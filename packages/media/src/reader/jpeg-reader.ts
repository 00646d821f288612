import { withHuffmanTables } from '../jpeg/huffman-tables.ts';
import type { Jpeg } from '../jpeg/jpeg.ts';
import { JpegScanner } from '../jpeg/scan.ts';
import type { Reader, ReadFrame } from './reader.ts';

/** JPEGs back to back, or with anything between them. */
export class JpegReader implements Reader {
	readonly hasPicture = false;
	readonly earlyFlushes = 0;
	readonly reorders = false;
	readonly #scanner: JpegScanner;

	constructor(limits: { readonly maxBytes: number }) {
		this.#scanner = new JpegScanner(limits);
	}

	get pendingBytes(): number {
		return this.#scanner.pendingBytes;
	}

	get skippedBytes(): number {
		return this.#scanner.skippedBytes;
	}

	get brokenPictures(): number {
		return this.#scanner.truncatedPictures;
	}

	push(chunk: Uint8Array): ReadFrame[] {
		return this.#scanner.push(chunk).map(frameOf);
	}

	flush(): ReadFrame[] {
		return [];
	}
}

function frameOf(jpeg: Jpeg): ReadFrame {
	const { width, height } = jpeg;
	return {
		key: true,
		bytes: withHuffmanTables(jpeg),
		format: { codec: 'jpeg', codecString: undefined, width, height },
	};
}
