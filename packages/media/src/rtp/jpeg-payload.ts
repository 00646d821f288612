import { concat, viewOf } from '@oriel/base';
import { huffmanSegment } from '../jpeg/huffman-tables.ts';
import { quantizationFor, ZIGZAG } from '../jpeg/quantization.ts';

/** A part of a JPEG as RTP carries it (RFC 2435 3.1): the scan without its headers, which are told in numbers. */
export interface JpegPart {
	/** Where in the scan it belongs, in bytes. */
	readonly offset: number;
	readonly head: JpegHead;
	/** Of the first part of a picture, if its `quality` asks for them: quantization tables as DQT has them, without lengths. */
	readonly tables: QuantizationTables | undefined;
	/** Shares memory with the payload. */
	readonly scan: Uint8Array;
}

export interface JpegHead {
	/** 0: 4:2:2; 1: 4:2:0. Others mean what a session says. */
	readonly type: number;
	/** Below 128 the tables of libjpeg for this quality; else those that come with the picture. */
	readonly quality: number;
	/** In pixels; 0 for more than 2040, which does not fit. */
	readonly width: number;
	readonly height: number;
	/** Macroblocks from one restart marker to the next; 0: there are none. */
	readonly restartInterval: number;
}

export interface QuantizationTables {
	/** Bit n: the values of table n have 16 bits. */
	readonly precision: number;
	readonly bytes: Uint8Array;
}

const HEAD_BYTES = 8;
const RESTART_BYTES = 4;
const TABLES_HEAD_BYTES = 4;
/** Types from here on have restart markers (3.1.3), qualities from here on bring their tables (3.1.4). */
const WITH_RESTARTS = 64;
export const WITH_TABLES = 128;
const TABLE_VALUES = 64;

/** Reads a payload; undefined: it is none, or of a type that only a session could explain. */
export function readJpegPart(payload: Uint8Array): JpegPart | undefined {
	if (payload.length < HEAD_BYTES) return undefined;
	const view = viewOf(payload);
	const offset = view.getUint32(0) & 0xff_ffff;
	const [, , , , fullType = 0, quality = 0, columns = 0, rows = 0] = payload;
	const hasRestarts = fullType >= WITH_RESTARTS && fullType < 2 * WITH_RESTARTS;
	const type = hasRestarts ? fullType - WITH_RESTARTS : fullType;
	let from = HEAD_BYTES + (hasRestarts ? RESTART_BYTES : 0);
	if (type > 1 || from > payload.length || quality === 0) return undefined;
	const restartInterval = hasRestarts ? view.getUint16(HEAD_BYTES) : 0;
	let tables: QuantizationTables | undefined;
	if (quality >= WITH_TABLES && offset === 0) {
		if (from + TABLES_HEAD_BYTES > payload.length) return undefined;
		const end = from + TABLES_HEAD_BYTES + view.getUint16(from + 2);
		if (end > payload.length) return undefined;
		tables = { precision: payload[from + 1] ?? 0, bytes: payload.subarray(from + TABLES_HEAD_BYTES, end) };
		from = end;
	}
	const head = { type, quality, width: 8 * columns, height: 8 * rows, restartInterval };
	return { offset, head, tables, scan: payload.subarray(from) };
}

/** The tables of a quality below 128 (4.2). */
export function tablesFor(quality: number): QuantizationTables {
	const { luminance, chrominance } = quantizationFor(quality);
	const inOrder = (table: Uint8Array) => Uint8Array.from(ZIGZAG, (place) => table[place] ?? 1);
	return { precision: 0, bytes: concat([inOrder(luminance), inOrder(chrominance)]) };
}

/** All that stands before the scan of a JPEG (3.2, appendix B). Undefined: the tables are cut off. */
export function jpegHeaders(head: JpegHead, tables: QuantizationTables): Uint8Array | undefined {
	const quantization = quantizationSegments(tables);
	if (quantization.length === 0) return undefined;
	const { type, width, height, restartInterval } = head;
	const chroma = quantization.length > 1 ? 1 : 0;
	const restarts = restartInterval > 0 ? [0xff, 0xdd, 0, 4, restartInterval >> 8, restartInterval & 0xff] : [];
	const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
	const components = [1, type === 0 ? 0x21 : 0x22, 0, 2, 0x11, chroma, 3, 0x11, chroma];
	return concat([
		Uint8Array.of(0xff, 0xd8),
		...quantization,
		Uint8Array.from(restarts),
		Uint8Array.from([0xff, 0xc0, 0, 17, 8, ...size, 3, ...components]),
		huffmanSegment(),
		Uint8Array.of(0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0),
	]);
}

/** A DQT for each table, of which there are one or two. */
function quantizationSegments({ precision, bytes }: QuantizationTables): Uint8Array[] {
	const segments: Uint8Array[] = [];
	for (let at = 0, id = 0; at < bytes.length && id < 2; id++) {
		const isWide = ((precision >> id) & 1) === 1;
		const length = isWide ? 2 * TABLE_VALUES : TABLE_VALUES;
		if (at + length > bytes.length) return [];
		const head = Uint8Array.of(0xff, 0xdb, 0, length + 3, (isWide ? 0x10 : 0) | id);
		segments.push(concat([head, bytes.subarray(at, at + length)]));
		at += length;
	}
	return segments;
}
