import type { Jpeg } from './jpeg.ts';
import { JpegWalk } from './walk.ts';

/** Less than this is what a camera sends when it fails. */
const MIN_BYTES = 125;

/**
 * What is known about a picture whose length is given by its framing; undefined if it is none. It looks at the header
 * and the tail only. What follows the EOI (padding) is left off, a missing EOI is added. Unless it had to be added,
 * `bytes` of the result shares memory with the argument.
 */
export function inspectJpeg(bytes: Uint8Array): Jpeg | undefined {
	if (bytes.length < MIN_BYTES || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
	const walk = new JpegWalk();
	const scanAt = walk.advance(bytes, 2);
	if (walk.pause !== 'scan' || !walk.isPicture) return undefined;
	const { width, height, hasHuffmanTables } = walk;
	return { bytes: withEnd(bytes, scanAt), width, height, hasHuffmanTables };
}

/** In the bytes of a scan an FF is always followed by something other than D9, so the last FFD9 is the EOI. */
function withEnd(bytes: Uint8Array, scanAt: number): Uint8Array {
	for (let at = bytes.lastIndexOf(0xd9); at > scanAt; at = bytes.lastIndexOf(0xd9, at - 1)) {
		if (bytes[at - 1] === 0xff) return bytes.subarray(0, at + 1);
	}
	let end = bytes.length;
	while (end > scanAt && bytes[end - 1] === 0) end--;
	const closed = new Uint8Array(end + 2);
	closed.set(bytes.subarray(0, end));
	closed.set([0xff, 0xd9], end);
	return closed;
}
