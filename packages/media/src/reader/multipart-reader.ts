import type { Jpeg } from '../jpeg/jpeg.ts';
import { PartSplitter } from '../multipart/parts.ts';
import { JpegReader } from './jpeg-reader.ts';

/**
 * JPEGs in a multipart body. Their own ends count, as headers are often wrong; the framing only ends those that have none.
 */
export class MultipartReader extends JpegReader {
	readonly #parts = new PartSplitter();

	protected override scan(chunk: Uint8Array): Jpeg[] {
		return this.#parts.split(chunk).flatMap(({ bytes, endsPart, excess }) => {
			const pictures = this.scanner.push(bytes);
			if (!endsPart) return pictures;
			// A length that is too small must not cost the picture; the line that divides ends it whatever it is.
			const open = excess > 0 ? this.scanner.end(excess) : this.scanner.flush('framed');
			return open ? [...pictures, open] : pictures;
		});
	}
}
