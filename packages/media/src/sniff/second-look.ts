import { MediaError } from '../errors/media-error.ts';
import { nalUnitsOf } from '../h264/annexb.ts';
import { NAL, nalType } from '../h264/nal.ts';
import { parseSps } from '../h264/sps.ts';
import { JpegWalk } from '../jpeg/walk.ts';
import type { Foreign } from './foreign.ts';

/** What is found in the middle of a stream that was taken for something else, and where it begins. */
export interface Found {
	readonly kind: 'jpeg' | 'h264' | 'foreign';
	readonly at: number;
	readonly name?: Foreign;
}

const H265_SETS = [0x40, 0x42, 0x44];
/** DQT, SOF, DHT, DRI, COM and APP0 to APP15: what a JPEG begins with. */
const FIRST_MARKERS = new Set([
	0xdb,
	0xc0,
	0xc1,
	0xc2,
	0xc4,
	0xdd,
	0xfe,
	...Array.from({ length: 16 }, (_, n) => 0xe0 + n),
]);
/** All of a header but a thumbnail or a profile in it. */
const MAX_HEADER_BYTES = 4096;
/** In one window: bytes can be made that look like very many beginnings. */
const MAX_TRIES = 16;

/**
 * Looks for the beginning of a picture in the middle of a stream. It must be whole enough to be no accident: all of a
 * parameter set that makes sense, or headers of a JPEG one behind the other.
 */
export function lookAgain(window: Uint8Array): Found | undefined {
	return findJpeg(window) ?? findUnits(window);
}

function findJpeg(window: Uint8Array): Found | undefined {
	let tries = 0;
	for (let at = window.indexOf(0xff); at >= 0 && tries < MAX_TRIES; at = window.indexOf(0xff, at + 1)) {
		if (window[at + 1] !== 0xd8 || window[at + 2] !== 0xff || !FIRST_MARKERS.has(window[at + 3] ?? 0)) continue;
		tries++;
		const walk = new JpegWalk();
		walk.advance(window.subarray(at, at + MAX_HEADER_BYTES), 2);
		if (walk.pause === 'scan' ? walk.isPicture : walk.pause === 'out' && walk.strayBytes === 0)
			return { kind: 'jpeg', at };
	}
	return undefined;
}

function findUnits(window: Uint8Array): Found | undefined {
	const nals = nalUnitsOf(window);
	// The last one may be cut off.
	const sets = nals.slice(0, -1).filter((nal) => nalType(nal) === NAL.sps);
	const sound = sets.slice(0, MAX_TRIES).find(isSoundSps);
	if (sound) return { kind: 'h264', at: Math.max(0, sound.byteOffset - window.byteOffset - 3) };
	const isH265 = H265_SETS.every((header) => nals.some((nal) => nal[0] === header && nal[1] === 1));
	return isH265 ? { kind: 'foreign', at: 0, name: 'an H.265 (HEVC) stream' } : undefined;
}

function isSoundSps(nal: Uint8Array): boolean {
	try {
		return parseSps(nal).damage === undefined;
	} catch (thrown) {
		if (thrown instanceof MediaError) return false;
		throw thrown;
	}
}
