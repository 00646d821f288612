/** What somebody sent instead of pictures, in words for an error text: "This looks like an MP4 file". */
export type Foreign =
	| 'an MP4 file'
	| 'an MPEG transport stream'
	| 'a PNG picture'
	| 'a WebM or Matroska file'
	| 'an AVI or WebP file'
	| 'text';

/** What the first bytes of an upload are: JPEG pictures, such pictures in a multipart body, or something else. */
export type Sniffed =
	| { readonly kind: 'jpeg' }
	| { readonly kind: 'multipart' }
	/** A bare H.264 byte stream (Annex B). */
	| { readonly kind: 'h264' }
	| { readonly kind: 'flv' }
	| { readonly kind: 'foreign'; readonly name: Foreign };

/** Some cameras send lines of text before their first picture: only more than this is a text. */
const ENOUGH_TEXT_BYTES = 256;
const TEXT_STARTS = new Set(Array.from('<{[#', (letter) => letter.charCodeAt(0)));
const TRANSPORT_PACKET_BYTES = 188;
const MP4_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat']);

/**
 * Tells what an upload is from its first bytes, garbage before the first JPEG allowed. Undefined means that they are
 * not enough to tell: ask again with more (1 KiB is plenty).
 */
export function sniffBody(head: Uint8Array): Sniffed | undefined {
	if (startsWith(head, '--', 0) || startsWith(head, '\r\n--', 0) || startsWith(head, '\n--', 0)) {
		return { kind: 'multipart' };
	}
	if (startsWith(head, 'FLV\x01', 0)) return { kind: 'flv' };
	const container = sniffContainer(head);
	if (container) return { kind: 'foreign', name: container };
	if (isAnnexB(head)) return { kind: 'h264' };
	if (hasPictureStart(head)) return { kind: 'jpeg' };
	return isText(head) ? { kind: 'foreign', name: 'text' } : undefined;
}

/** Containers come before pictures: an AVI file may well hold a JPEG. */
function sniffContainer(head: Uint8Array): Foreign | undefined {
	if (MP4_BOXES.has(String.fromCharCode(...head.subarray(4, 8)))) return 'an MP4 file';
	if (startsWith(head, '\x89PNG', 0)) return 'a PNG picture';
	if (startsWith(head, '\x1a\x45\xdf\xa3', 0)) return 'a WebM or Matroska file';
	if (startsWith(head, 'AVI ', 8) || startsWith(head, 'WEBP', 8)) {
		return startsWith(head, 'RIFF', 0) ? 'an AVI or WebP file' : undefined;
	}
	if (startsWith(head, 'G', 0) && startsWith(head, 'G', TRANSPORT_PACKET_BYTES)) return 'an MPEG transport stream';
	return undefined;
}

/**
 * Whether these bytes begin as Annex B does: a start code, then a NAL header, whose highest bit is zero (H.264 7.3.1,
 * forbidden_zero_bit). Quick: it is asked of every picture.
 */
export function isAnnexB(head: Uint8Array): boolean {
	const at = startsWith(head, '\0\0\0\x01', 0) ? 4 : 3;
	const header = head[at];
	return (at === 4 || startsWith(head, '\0\0\x01', 0)) && header !== undefined && header < 0x80;
}

function startsWith(head: Uint8Array, letters: string, at: number): boolean {
	for (let index = 0; index < letters.length; index++) {
		if (head[at + index] !== letters.charCodeAt(index)) return false;
	}
	return true;
}

function hasPictureStart(head: Uint8Array): boolean {
	for (let at = head.indexOf(0xff); at >= 0; at = head.indexOf(0xff, at + 1)) {
		if (head[at + 1] === 0xd8 && head[at + 2] === 0xff) return true;
	}
	return false;
}

function isText(head: Uint8Array): boolean {
	const enough = head.length >= ENOUGH_TEXT_BYTES || (head.length >= 8 && TEXT_STARTS.has(head[0] ?? 0));
	return enough && head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
