import { ascii, concat } from '@oriel/base';

/** A part of a box: bytes, or numbers of one byte each. */
export type Part = Uint8Array | readonly number[];

/** A box (ISO/IEC 14496-12 4.2): its size in 4 bytes, its FourCC, its content. */
export function box(fourCc: string, ...content: readonly Part[]): Uint8Array<ArrayBuffer> {
	const parts = content.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)));
	const size = parts.reduce((sum, part) => sum + part.length, 0);
	return concat([boxHeader(fourCc, size), ...parts]);
}

/** A box that begins with its version and 24 flags (4.2). */
export function fullBox(fourCc: string, version: number, flags: number, ...content: readonly Part[]) {
	return box(fourCc, [version, ...u24(flags)], ...content);
}

/** What comes before the content of a box, `contentBytes` of it: for content too large to be copied once more. */
export function boxHeader(fourCc: string, contentBytes: number): Uint8Array<ArrayBuffer> {
	return concat([Uint8Array.from(u32(contentBytes + 8)), ascii(fourCc)]);
}

/** Two bytes, the high one first, as all numbers in boxes are. */
export function u16(value: number): number[] {
	return [(value >>> 8) & 0xff, value & 0xff];
}

/** Three bytes. */
export function u24(value: number): number[] {
	return [(value >>> 16) & 0xff, ...u16(value)];
}

/** Four bytes; negative numbers as their complement. */
export function u32(value: number): number[] {
	return [...u16(value >>> 16), ...u16(value)];
}

/** Eight bytes, for whole numbers up to 2^53. */
export function u64(value: number): number[] {
	return [...u32(Math.floor(value / 0x1_0000_0000)), ...u32(value)];
}

/** So many zeros. */
export function zeros(count: number): number[] {
	return new Array<number>(count).fill(0);
}
