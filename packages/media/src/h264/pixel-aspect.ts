import type { BitReader } from './bit-reader.ts';

/** Width of one pixel against its height (sample aspect ratio): `[2, 1]` is twice as wide as high. */
export type PixelAspect = readonly [width: number, height: number];

const EXTENDED_SAR = 255;
/** No camera stretches its pictures more than this: a larger ratio is damage. */
const MAX_STRETCH = 10;

/** ISO/IEC 14496-10 table E-1, by aspect_ratio_idc. */
const ASPECTS: readonly PixelAspect[] = [
	...([
		[0, 0],
		[1, 1],
		[12, 11],
		[10, 11],
		[16, 11],
		[40, 33],
		[24, 11],
		[20, 11],
		[32, 11],
	] as const),
	...([
		[80, 33],
		[18, 11],
		[15, 11],
		[64, 33],
		[160, 99],
		[4, 3],
		[3, 2],
		[2, 1],
	] as const),
];

/** Reads aspect_ratio_idc and what follows; undefined for square pixels and for what cannot be. */
export function readPixelAspect(read: BitReader): PixelAspect | undefined {
	const idc = read.bits('aspect_ratio_idc', 8);
	const [width, height] =
		idc === EXTENDED_SAR ? [read.bits('sar_width', 16), read.bits('sar_height', 16)] : (ASPECTS[idc] ?? [0, 0]);
	const isKnown = width > 0 && height > 0 && width <= MAX_STRETCH * height && height <= MAX_STRETCH * width;
	return isKnown && width !== height ? [width, height] : undefined;
}
