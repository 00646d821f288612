import type { JpegWalk } from './walk.ts';
import { isWhole } from './whole.ts';

/** A multipart boundary and its header lines are no longer. */
const MAX_TRAILER_BYTES = 2048;
const DASH = 0x2d;
const LF = 0x0a;

/** How a picture came to its end without an EOI. */
export type JpegEnd =
	/** The next picture began. */
	| 'next'
	/** Its framing says so: a multipart boundary, or the length before it. */
	| 'framed'
	/** Nothing more comes, at least for now. */
	| 'silent';

/** After so many whole pictures without an EOI in a row, only one of as many is looked at: it takes milliseconds. */
const SURE_OF_HABIT = 8;

/** Whether a picture that ended like this is shown. `openInRow`: how many before it had no EOI either. */
export function isShown(bytes: Uint8Array, { width, height }: JpegWalk, ending: JpegEnd, openInRow: number): boolean {
	if (openInRow >= SURE_OF_HABIT && openInRow % SURE_OF_HABIT > 0 && ending !== 'silent') return true;
	const whole = isWhole(bytes, width * height);
	if (whole !== undefined) return whole;
	// It cannot be told. Framing is believed; where a picture only broke off, one is damage and two are the camera's way.
	return ending === 'framed' || (ending === 'next') === openInRow > 0;
}

/**
 * The picture with an EOI, without what cannot belong to it: zeros and fill bytes, or the header lines of the part that
 * comes next where a multipart body was read without its framing.
 */
export function withEoi(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const kept = bytes.subarray(0, endOfData(bytes));
	const closed = new Uint8Array(kept.length + 2);
	closed.set(kept);
	closed.set([0xff, 0xd9], kept.length);
	return closed;
}

function endOfData(bytes: Uint8Array): number {
	let end = trailerAt(bytes) ?? bytes.length;
	while (bytes[end - 1] === 0) end--;
	// The zero of a stuffed FF belongs to it; other FFs are fill bytes before a marker.
	if (bytes[end - 1] === 0xff && bytes[end] === 0) return end + 1;
	while (bytes[end - 1] === 0xff) end--;
	return end;
}

/** Where a line that begins with two dashes, and nothing but text after it, ends the bytes. */
function trailerAt(bytes: Uint8Array): number | undefined {
	const from = Math.max(0, bytes.length - MAX_TRAILER_BYTES);
	let found: number | undefined;
	for (let at = bytes.length - 1; at > from && isText(bytes[at] ?? 0); at--) {
		if (bytes[at - 1] === LF && bytes[at] === DASH && bytes[at + 1] === DASH) found = at - 1;
	}
	return found !== undefined && bytes[found - 1] === 0x0d ? found - 1 : found;
}

function isText(byte: number): boolean {
	return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
