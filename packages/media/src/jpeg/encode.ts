import { ascii, concat } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { checkPlanes, type YuvImage } from '../image/yuv-image.ts';
import { BitWriter } from './bit-writer.ts';
import { BlockWriter } from './block-writer.ts';
import { CHROMINANCE_AC, CHROMINANCE_DC, huffmanSegment, LUMINANCE_AC, LUMINANCE_DC } from './huffman-tables.ts';
import { type Quantization, quantizationFor, ZIGZAG } from './quantization.ts';

export interface EncodeOptions {
	/** 1 (small) to 100 (good), on the scale of libjpeg. */
	readonly quality: number;
	/** Makes the file exactly this many bytes long, with comments that decoders ignore: for load of a known weight. */
	readonly padTo?: number;
}

const MAX_SEGMENT_BYTES = 65_537;
const EOI = Uint8Array.of(0xff, 0xd9);

/**
 * A baseline JPEG (JFIF, 4:2:0) of `picture`, meant for test patterns: flat 8x8 blocks cost next to nothing. Throws
 * MediaError 'bad-size' if the planes do not fit the size, 'picture-too-large' if the file would be over `padTo`.
 */
export function encodeJpeg(picture: YuvImage, { quality, padTo }: EncodeOptions): Uint8Array<ArrayBuffer> {
	checkPlanes(picture);
	const quantization = quantizationFor(quality);
	const scan = encodeScan(picture, quantization);
	const header = [quantizationSegment(quantization), frameHeader(picture), huffmanSegment(), scanHeader()];
	const parts = [jfifHeader(), ...header, scan, EOI];
	if (padTo === undefined) return concat(parts);
	const size = parts.reduce((sum, part) => sum + part.length, 0);
	return concat([jfifHeader(), padding(padTo - size, padTo), ...header, scan, EOI]);
}

function encodeScan({ width, height, y, cb, cr }: YuvImage, { luminance, chrominance }: Quantization): Uint8Array {
	const bits = new BitWriter(Math.ceil((width * height) / 8) + 1024);
	const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
	const luma = new BlockWriter({ samples: y, width, height }, luminance, LUMINANCE_DC, LUMINANCE_AC, bits);
	const blue = new BlockWriter({ samples: cb, ...half }, chrominance, CHROMINANCE_DC, CHROMINANCE_AC, bits);
	const red = new BlockWriter({ samples: cr, ...half }, chrominance, CHROMINANCE_DC, CHROMINANCE_AC, bits);
	for (let top = 0; top < height; top += 16) {
		for (let left = 0; left < width; left += 16) {
			luma.write(left, top);
			luma.write(left + 8, top);
			luma.write(left, top + 8);
			luma.write(left + 8, top + 8);
			blue.write(left / 2, top / 2);
			red.write(left / 2, top / 2);
		}
	}
	return bits.finish();
}

/** SOI and the JFIF 1.01 header, without a density and without a thumbnail. */
function jfifHeader(): Uint8Array {
	return concat([Uint8Array.of(0xff, 0xd8), segment(0xe0, [...ascii('JFIF'), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])]);
}

/** B.2.4.1: both tables, in the order of the coefficients. */
function quantizationSegment({ luminance, chrominance }: Quantization): Uint8Array {
	const ordered = (table: Uint8Array) => Array.from(ZIGZAG, (place) => table[place] ?? 1);
	return segment(0xdb, [0, ...ordered(luminance), 1, ...ordered(chrominance)]);
}

/** B.2.2: baseline, 8 bits, three components, luma sampled twice as densely both ways. */
function frameHeader({ width, height }: YuvImage): Uint8Array {
	const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
	return segment(0xc0, [8, ...size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
}

/** B.2.3: one scan of all three components. */
function scanHeader(): Uint8Array {
	return segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
}

function segment(code: number, body: readonly number[]): Uint8Array {
	const length = body.length + 2;
	return Uint8Array.from([0xff, code, length >> 8, length & 0xff, ...body]);
}

/** Comments (B.2.4.5) of `bytes` in all. A rest too small for one is made of fill bytes, which B.1.1.2 allows. */
function padding(bytes: number, padTo: number): Uint8Array {
	if (bytes < 0) {
		throw new MediaError('picture-too-large', `The picture takes ${padTo - bytes} bytes, not ${padTo} or less.`);
	}
	const filled = new Uint8Array(bytes).fill(0x20);
	let at = 0;
	while (bytes - at >= 4) {
		const length = Math.min(MAX_SEGMENT_BYTES, bytes - at) - 2;
		filled.set([0xff, 0xfe, length >> 8, length & 0xff], at);
		at += length + 2;
	}
	return filled.fill(0xff, at);
}
