import { concat } from '@oriel/base';
import { MediaError } from '../errors/media-error.ts';
import { parseAvcc } from '../h264/avcc.ts';
import type { PixelAspect } from '../h264/pixel-aspect.ts';
import { parseSps } from '../h264/sps.ts';
import {
	avc1,
	dinf,
	edts,
	ftyp,
	hdlr,
	mdhd,
	mdia,
	minf,
	moov,
	mvex,
	mvhd,
	pasp,
	stbl,
	stsd,
	tkhd,
	trak,
	vmhd,
} from './boxes.ts';

export interface InitOptions {
	/** AVCDecoderConfigurationRecord: see `buildAvcc`. */
	readonly avcc: Uint8Array;
	/** In pixels, as sent. What the `avcC` says about the shape of pixels decides how wide it is shown. */
	readonly width: number;
	readonly height: number;
	/** Units of time a second for everything in the track, e.g. 90000 or 1000000. */
	readonly timescale: number;
	/** When in the track the first picture is shown, which is when the file begins. Left out: at the track's beginning. */
	readonly start?: number;
}

/** The beginning of a live MP4 with one H.264 track: what comes before the first fragment, and after a change of format. */
export function initSegment({ avcc, width, height, timescale, start = 0 }: InitOptions): Uint8Array<ArrayBuffer> {
	const aspect = aspectOf(avcc);
	const [across = 1, down = 1] = aspect ?? [];
	const entry = avc1(width, height, avcc, ...(aspect ? [pasp(across, down)] : []));
	const media = mdia(mdhd(timescale), hdlr(), minf(vmhd(), dinf(), stbl(stsd(entry))));
	// The track header has the size as shown (8.3.2.3), the sample entry that as sent (12.1.3.3).
	const header = tkhd(Math.min(0xffff, Math.round((width * across) / down)), height);
	const track = trak(header, ...(start > 0 ? [edts(start)] : []), media);
	return concat([ftyp(), moov(mvhd(timescale), track, mvex())]);
}

/** Undefined for square pixels. What is no `avcC` says nothing: that is for the decoder to refuse. */
function aspectOf(avcc: Uint8Array): PixelAspect | undefined {
	try {
		const [sps] = parseAvcc(avcc).sps;
		return sps && parseSps(sps).pixelAspect;
	} catch (thrown) {
		if (thrown instanceof MediaError) return undefined;
		throw thrown;
	}
}
