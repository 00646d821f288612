import type { Micros } from '@oriel/base';
import { MediaError } from '@oriel/media';

/** What a time code says: when a picture was made, which one it is and by which camera. */
export interface TimeCode {
	/** 52 bits: any time of this century in microseconds. */
	readonly time: Micros;
	/** 32 bits; it wraps. */
	readonly sequence: number;
	/** 20 bits: see `cameraId`. */
	readonly camera: number;
}

export const ROWS = 3;
export const COLUMNS = 40;
export const BITS: number = ROWS * COLUMNS;
export const BLACK = 16;
export const WHITE = 235;

const CRC_BITS = 16;
const MIN_CELL_WIDTH = 4;

/** The strip of cells at the bottom of a picture, from the left edge, the first bit at the top left. All in pixels. */
export interface Strip {
	readonly top: number;
	readonly cellWidth: number;
	readonly cellHeight: number;
}

/**
 * Where the strip is in a picture of this size. Cells are as wide as fit and a multiple of 8 high: flat blocks survive
 * any compression. Throws MediaError 'bad-size' if the picture is smaller than 160x24.
 */
export function stripOf(width: number, height: number): Strip {
	const cellWidth = Math.floor(width / COLUMNS);
	const cellHeight = 8 * Math.max(1, Math.floor(height / 360));
	const top = height - ROWS * cellHeight;
	if (cellWidth >= MIN_CELL_WIDTH && top >= 0) return { top, cellWidth, cellHeight };
	throw new MediaError('bad-size', `A time code needs a picture of 160x24 or more, not ${width}x${height}.`);
}

/** The 120 bits of a time code, its checksum at the end. Numbers too large for their field lose their highest bits. */
export function bitsOf({ time, sequence, camera }: TimeCode): Uint8Array {
	const bits = new Uint8Array(BITS);
	put(bits, 0, 52, time);
	put(bits, 52, 32, sequence);
	put(bits, 84, 20, camera);
	put(bits, BITS - CRC_BITS, CRC_BITS, crc16(bits.subarray(0, BITS - CRC_BITS)));
	return bits;
}

/** The inverse of `bitsOf`; undefined if the checksum is wrong. */
export function timeCodeOf(bits: Uint8Array): TimeCode | undefined {
	if (crc16(bits.subarray(0, BITS - CRC_BITS)) !== take(bits, BITS - CRC_BITS, CRC_BITS)) return undefined;
	return { time: take(bits, 0, 52), sequence: take(bits, 52, 32), camera: take(bits, 84, 20) };
}

function put(bits: Uint8Array, at: number, count: number, value: number): void {
	let rest = value;
	for (let index = at + count - 1; index >= at; index--) {
		bits[index] = rest % 2;
		rest = Math.floor(rest / 2);
	}
}

function take(bits: Uint8Array, at: number, count: number): number {
	return bits.subarray(at, at + count).reduce((value, bit) => value * 2 + bit, 0);
}

/** CRC-16/CCITT-FALSE of bits. */
function crc16(bits: Uint8Array): number {
	let crc = 0xffff;
	for (const bit of bits) {
		const carry = (crc >> 15) ^ bit;
		crc = ((crc << 1) & 0xffff) ^ (carry === 1 ? 0x1021 : 0);
	}
	return crc;
}
