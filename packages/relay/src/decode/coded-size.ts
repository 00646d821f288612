import { NAL, nalType, nalUnitsOf, parseSps } from '@oriel/media';

/**
 * The largest picture that is decoded: that of level 5.2 (ISO/IEC 14496-10, table A-1), the highest that browsers play:
 * 4096x2304. ffmpeg takes 180 MB for it.
 */
export const MAX_DECODED_PIXELS = 9_437_184;

/**
 * Pixels that a decoder makes room for when it is given this key frame: those of its largest SPS, before cropping. Throws
 * MediaError 'bad-sps' for an SPS that makes no sense.
 */
export function codedPixelsOf(annexB: Uint8Array): number {
	let most = 0;
	for (const nal of nalUnitsOf(annexB)) {
		if (nalType(nal) === NAL.sps) most = Math.max(most, parseSps(nal).codedPixels);
	}
	return most;
}
