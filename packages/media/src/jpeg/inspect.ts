import type { Jpeg } from './jpeg.ts';
import { withEoi } from './open-end.ts';
import { withHeight } from './scan.ts';
import { JpegWalk } from './walk.ts';

/** Less than this is what a camera sends when it fails. */
const MIN_BYTES = 125;
/** Beginnings in one buffer: bytes can be made that look like very many. */
const MAX_TRIES = 8;

/**
 * What is known about a picture whose length is given by its framing; undefined if it is none. It looks at the header
 * and the tail only. What follows the EOI (padding) is left off, a missing EOI is added. Unless it had to be added,
 * `bytes` of the result shares memory with the argument.
 */
export function inspectJpeg(bytes: Uint8Array): Jpeg | undefined {
	if (bytes.length < MIN_BYTES || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
	const walk = new JpegWalk();
	const scanAt = walk.advance(bytes, 2);
	if (walk.pause !== 'scan') return undefined;
	const { hasHuffmanTables } = walk;
	if (walk.height === 0) seekHeight(walk, bytes, scanAt);
	if (!walk.isPicture) return undefined;
	const { width, height, missingHeightAt } = walk;
	const closed = withEnd(bytes, scanAt);
	const own = missingHeightAt > 0 ? withHeight(closed.slice(), height, missingHeightAt) : closed;
	return { bytes: own, width, height, hasHuffmanTables };
}

/** As `inspectJpeg`, with anything before the picture left off. */
export function findJpeg(bytes: Uint8Array): Jpeg | undefined {
	let tries = 0;
	for (let at = bytes.indexOf(0xff); at >= 0 && tries < MAX_TRIES; at = bytes.indexOf(0xff, at + 1)) {
		if (bytes[at + 1] !== 0xd8 || bytes[at + 2] !== 0xff) continue;
		const jpeg = inspectJpeg(bytes.subarray(at));
		if (jpeg) return jpeg;
		tries++;
	}
	return undefined;
}

/** Only where the header does not tell the height must all of the picture be looked at. */
function seekHeight(walk: JpegWalk, bytes: Uint8Array, from: number): void {
	for (let at = from; walk.height === 0 && at < bytes.length; ) {
		at = walk.advance(bytes, at);
		if (walk.pause === 'end' || walk.pause === 'broken') return;
	}
}

/** In the bytes of a scan an FF is always followed by something other than D9, so the last FFD9 is the EOI. */
function withEnd(bytes: Uint8Array, scanAt: number): Uint8Array {
	for (let at = bytes.lastIndexOf(0xd9); at > scanAt; at = bytes.lastIndexOf(0xd9, at - 1)) {
		if (bytes[at - 1] === 0xff) return bytes.subarray(0, at + 1);
	}
	return withEoi(bytes);
}
