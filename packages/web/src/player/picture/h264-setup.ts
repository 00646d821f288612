import { buildAvcc, NAL, nalType, nalUnitsOf, type PixelAspect, parseSps } from '@oriel/media';

/** What a decoder must know before it takes the group of a key frame. */
export interface H264Setup {
	/** e.g. `avc1.42C01E`. */
	readonly codec: string;
	readonly width: number;
	readonly height: number;
	/** Undefined for square pixels. */
	readonly pixelAspect: PixelAspect | undefined;
	/** How many pictures a decoder holds back at most, where pictures are not shown in the order in which they come. */
	readonly reorderFrames: number;
	/** The parameter sets as MP4 wants them. */
	readonly avcc: Uint8Array;
}

/** What the parameter sets in a key frame (Annex B) say; undefined if they are not there or make no sense. */
export function setupOf(keyFrame: Uint8Array): H264Setup | undefined {
	const sets = nalUnitsOf(keyFrame);
	const sps = sets.filter((nal) => nalType(nal) === NAL.sps);
	const pps = sets.filter((nal) => nalType(nal) === NAL.pps);
	const [first] = sps;
	if (!first || pps.length === 0) return undefined;
	try {
		const { codec, width, height, pixelAspect, maxNumReorderFrames: reorderFrames } = parseSps(first);
		return { codec, width, height, pixelAspect, reorderFrames, avcc: buildAvcc(sps, pps) };
	} catch {
		return undefined;
	}
}

/** Whether a decoder that knows the one can go on with the other. */
export function sameSetup(a: H264Setup, b: H264Setup): boolean {
	return a.avcc.length === b.avcc.length && a.avcc.every((byte, index) => byte === b.avcc[index]);
}
