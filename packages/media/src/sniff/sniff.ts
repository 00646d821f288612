import { type Foreign, sniffForeign, startsWith } from './foreign.ts';
import { sniffStartCodes } from './start-codes.ts';
import { sniffText } from './text.ts';

/** What the first bytes of an upload are: JPEG pictures, such pictures in a multipart body, or something else. */
export type Sniffed =
	| { readonly kind: 'jpeg' }
	| { readonly kind: 'multipart' }
	/** A bare H.264 byte stream (Annex B). */
	| { readonly kind: 'h264' }
	| { readonly kind: 'flv' }
	| { readonly kind: 'foreign'; readonly name: Foreign };

const FLV_HEADER = '\0\0\0\x09';

/**
 * Tells what an upload is from its first bytes. Zeros, lines of text or the rest of something cut off may stand before
 * it. Undefined means that they are not enough to tell: ask again with more (4 KiB is plenty).
 */
export function sniffBody(head: Uint8Array): Sniffed | undefined {
	if (startsWith(head, '--', 0) || startsWith(head, '\r\n--', 0) || startsWith(head, '\n--', 0)) {
		return { kind: 'multipart' };
	}
	if (startsWith(head, 'FLV\x01', 0)) return { kind: 'flv' };
	const container = sniffForeign(head);
	if (container) return { kind: 'foreign', name: container };
	return sniffInside(head) ?? foreignOf(sniffText(head));
}

/** The first sign of pictures in `head`, wherever it is. */
function sniffInside(head: Uint8Array): Sniffed | undefined {
	const none = Number.POSITIVE_INFINITY;
	const elementary = sniffStartCodes(head);
	const jpegAt = findPictureStart(head) ?? none;
	const flvAt = findFlv(head) ?? none;
	const first = Math.min(elementary?.at ?? none, jpegAt, flvAt);
	if (first === none) return undefined;
	if (first === jpegAt) return { kind: 'jpeg' };
	if (first === flvAt) return { kind: 'flv' };
	return elementary?.name === 'h264' ? { kind: 'h264' } : foreignOf(elementary?.name);
}

function foreignOf(name: Foreign | 'h264' | undefined): Sniffed | undefined {
	return name === undefined || name === 'h264' ? undefined : { kind: 'foreign', name };
}

/**
 * Whether these bytes begin as Annex B does: zeros, a start code, then a NAL header, whose highest bit is zero (H.264
 * 7.3.1, forbidden_zero_bit; B.1.1). Quick: it is asked of every picture.
 */
export function isAnnexB(head: Uint8Array): boolean {
	let at = 0;
	while (head[at] === 0) at++;
	const header = head[at + 1];
	return at >= 2 && head[at] === 1 && header !== undefined && header < 0x80;
}

function findPictureStart(head: Uint8Array): number | undefined {
	for (let at = head.indexOf(0xff); at >= 0; at = head.indexOf(0xff, at + 1)) {
		if (head[at + 1] === 0xd8 && head[at + 2] === 0xff) return at;
	}
	return undefined;
}

/** Where an FLV header begins, which has 9 bytes. */
export function findFlv(head: Uint8Array): number | undefined {
	for (let at = head.indexOf(0x46); at >= 0; at = head.indexOf(0x46, at + 1)) {
		if (startsWith(head, 'FLV\x01', at) && startsWith(head, FLV_HEADER, at + 5)) return at;
	}
	return undefined;
}
