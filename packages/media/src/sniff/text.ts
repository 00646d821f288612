import { type Foreign, startsWith } from './foreign.ts';

/** A document begins with its mark; what begins otherwise may be a line of text before the first picture. */
const DOCUMENT_STARTS = new Set(Array.from('<{', (letter) => letter.charCodeAt(0)));
const DOCUMENT_BYTES = 8;
/**
 * Programs print some lines before their first picture, and some many. Encoders put their settings into the stream as text
 * (x264 0.7 KB, x265 2 KB), and a stream may be cut off in the middle of that.
 */
const ENOUGH_OF_TEXT = 4096;
const LF = 0x0a;

/** Names a text; undefined for what is none, or may be only the beginning of something else. */
export function sniffText(head: Uint8Array): Foreign | undefined {
	if (!head.every(isTextByte)) return undefined;
	const text = String.fromCharCode(...head.subarray(0, ENOUGH_OF_TEXT));
	if (/^[\s]*<(!doctype\s+html|html|head|body)\b/i.test(text)) return 'text: a web page (HTML)';
	if (/^[A-Z_]{3,16} rtsp:\/\//.test(text) || startsWith(head, 'RTSP/', 0)) return 'an RTSP conversation';
	const isDocument = head.length >= DOCUMENT_BYTES && DOCUMENT_STARTS.has(head[0] ?? 0);
	return isDocument || head.length >= ENOUGH_OF_TEXT ? 'text' : undefined;
}

/** A letter of any encoding, or white space. */
export function isTextByte(byte: number): boolean {
	return byte >= 0x20 || byte === 0x09 || byte === LF || byte === 0x0d;
}
