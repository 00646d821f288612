import { type Frame, readFrame } from './frame.ts';
import { readScan } from './scan.ts';
import { Tables } from './tables.ts';

const SOF0 = 0xc0;
const SOF2 = 0xc2;
const DHT = 0xc4;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DRI = 0xdd;
const APP14 = 0xee;

/** Less of a picture than this is not worth showing. */
const MIN_SHARE = 0.5;

/** A picture at an eighth of its size, and how much of it is there. */
export interface Coarse {
	readonly frame: Frame;
	/** The share of its blocks that could be read, 0 to 1: the rest is grey. */
	readonly share: number;
}

/** As `readShare`, but undefined for a picture of which less than half is there. */
export function readCoarse(bytes: Uint8Array, maxPixels: number): Frame | undefined {
	const read = readShare(bytes, maxPixels);
	return read && read.share >= MIN_SHARE ? read.frame : undefined;
}

/**
 * A JPEG at an eighth of its size, made of its DC coefficients alone: the mean of each block. Undefined for what is
 * not baseline, extended or progressive Huffman coding of 8 bits in grey or Y Cb Cr. The work is bounded by the bytes and
 * by `maxPixels`.
 */
export function readShare(bytes: Uint8Array, maxPixels: number): Coarse | undefined {
	if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
	const tables = new Tables();
	let frame: Frame | undefined;
	let least = 1;
	for (let at = nextMarker(bytes, 2); at !== undefined; ) {
		const code = bytes[at - 1] ?? EOI;
		// A length below 2 is none: see JpegWalk.
		const end = at + Math.max(2, 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0));
		if (code === EOI || end > bytes.length) return undefined;
		const body = bytes.subarray(at + 2, end);
		if (code === DHT && !tables.readHuffman(body)) return undefined;
		else if (code === DQT && !tables.readQuantization(body)) return undefined;
		else if (code === DRI) tables.restartInterval = 256 * (body[0] ?? 0) + (body[1] ?? 0);
		else if (code === APP14 && isAdobeRgb(body)) return undefined;
		else if (isFrameHeader(code)) {
			if (frame || code > SOF2) return undefined;
			frame = readFrame(body, code === SOF2, maxPixels);
			if (!frame) return undefined;
		} else if (code === SOS) {
			const share = frame && readScan(frame, tables, body, bytes, end);
			if (!frame || share === undefined) return undefined;
			least = Math.min(least, share);
			// A scan that broke off is the end of what can be read: the next plane does not begin where it should.
			if (least < MIN_SHARE || frame.components.every(({ isRead }) => isRead)) return { frame, share: least };
		}
		at = nextMarker(bytes, end);
	}
	return undefined;
}

/** Where the segment of the next marker that has one begins: behind its code. It goes over entropy-coded data. */
function nextMarker(bytes: Uint8Array, from: number): number | undefined {
	for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
		const code = bytes[at + 1] ?? 0;
		const standsAlone = code >= 0xd0 && code <= 0xd7;
		if (code >= SOF0 && code !== 0xff && !standsAlone) return at + 2;
	}
	return undefined;
}

/** SOF0 to SOF15. Those of 4, 8 and 12 are DHT, JPG and DAC. */
function isFrameHeader(code: number): boolean {
	return code === SOF0 || (code > SOF0 && code <= 0xcf && code % 4 !== 0);
}

/** Adobe's own header says that the three components are R, G and B. */
function isAdobeRgb(body: Uint8Array): boolean {
	const isAdobe = body[0] === 0x41 && body[1] === 0x64 && body.length >= 12;
	return isAdobe && body[11] === 0;
}
