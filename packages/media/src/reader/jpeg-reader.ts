import { withHuffmanTables } from '../jpeg/huffman-tables.ts';
import type { Jpeg } from '../jpeg/jpeg.ts';
import { JpegProblem } from '../jpeg/problem.ts';
import { JpegScanner } from '../jpeg/scan.ts';
import type { ParsedUnit, Reader } from './reader.ts';

/** JPEGs back to back, or with anything between them. */
export class JpegReader implements Reader {
	readonly earlyFlushes = 0;
	readonly reorders = false;
	protected readonly scanner: JpegScanner;
	readonly #problem = new JpegProblem();

	constructor(limits: { readonly maxBytes: number }) {
		this.scanner = new JpegScanner(limits);
	}

	/** Of a camera that leaves the ends of its pictures out. */
	get hasPicture(): boolean {
		return this.scanner.isOpen;
	}

	get pendingBytes(): number {
		return this.scanner.pendingBytes;
	}

	get heldBytes(): number {
		return this.scanner.heldBytes;
	}

	get skippedBytes(): number {
		return this.scanner.skippedBytes;
	}

	get brokenPictures(): number {
		return this.scanner.truncatedPictures;
	}

	get problem(): string | undefined {
		return this.#problem.words(this.scanner);
	}

	push(chunk: Uint8Array): ParsedUnit[] {
		return this.#counted(this.scan(chunk), chunk.length);
	}

	flush(): ParsedUnit[] {
		const last = this.scanner.flush();
		return this.#counted(last ? [last] : [], 0);
	}

	protected scan(chunk: Uint8Array): Jpeg[] {
		return this.scanner.push(chunk);
	}

	#counted(pictures: readonly Jpeg[], bytes: number): ParsedUnit[] {
		this.#problem.count(bytes, pictures.length, this.scanner);
		return pictures.map(jpegUnit);
	}
}

/** A picture as viewers get it. */
export function jpegUnit(jpeg: Jpeg): ParsedUnit {
	const { width, height } = jpeg;
	return {
		key: true,
		data: withHuffmanTables(jpeg),
		format: { codec: 'jpeg', codecString: undefined, width, height },
	};
}
