import { readShare } from './coarse/read.ts';
import { MAX_THUMBNAIL_SOURCE_PIXELS } from './thumbnail.ts';

/** A picture with all of this is whole: encoders may end in the middle of what lies outside of the visible area. */
const WHOLE_SHARE = 0.99;
/** An empty block has two codes of a bit or more, and 64 pixels of luma. */
const MAX_PIXELS_A_BYTE = 256;

/**
 * Whether a JPEG without an EOI has all of its picture data; undefined if that cannot be told without decoding it wholly
 * (progressive or CMYK pictures). It costs a few milliseconds and is asked of pictures without an end only.
 */
export function isWhole(bytes: Uint8Array, pixels: number): boolean | undefined {
	if (pixels > MAX_PIXELS_A_BYTE * bytes.length) return false;
	const read = readShare(bytes, MAX_THUMBNAIL_SOURCE_PIXELS);
	if (!read) return undefined;
	if (read.share < WHOLE_SHARE) return false;
	return read.frame.isProgressive ? undefined : true;
}
