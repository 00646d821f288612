import { concat } from '@oriel/base';
import { avc1, dinf, ftyp, hdlr, mdhd, mdia, minf, moov, mvex, mvhd, stbl, stsd, tkhd, trak, vmhd } from './boxes.ts';

export interface InitOptions {
	/** AVCDecoderConfigurationRecord: see `buildAvcc`. */
	readonly avcc: Uint8Array;
	/** In pixels, as shown. */
	readonly width: number;
	readonly height: number;
	/** Units of time a second for everything in the track, e.g. 90000 or 1000000. */
	readonly timescale: number;
}

/** The beginning of a live MP4 with one H.264 track: what comes before the first fragment, and after a change of format. */
export function initSegment({ avcc, width, height, timescale }: InitOptions): Uint8Array<ArrayBuffer> {
	const media = mdia(mdhd(timescale), hdlr(), minf(vmhd(), dinf(), stbl(stsd(avc1(width, height, avcc)))));
	return concat([ftyp(), moov(mvhd(timescale), trak(tkhd(width, height), media), mvex())]);
}
