import { concat } from '@oriel/base';
import { boxHeader } from './box.ts';
import { mfhd, moof, type Sample, tfdt, tfhd, traf, trun } from './boxes.ts';

export interface FragmentOptions {
	/** 1 for the first fragment, then rising by 1. */
	readonly sequence: number;
	/** When the frame is to be decoded, in units of the timescale: a whole number. */
	readonly decodeTime: number;
	/** Until the next frame, in units of the timescale. It need not be exact: the next decode time counts. */
	readonly duration: number;
	readonly key: boolean;
	/** NAL units behind their lengths in 4 bytes: see `toMp4Sample`. */
	readonly sample: Uint8Array;
	/** How much later than decoded it is to be shown, in units of the timescale. Left out: at once. */
	readonly compositionOffset?: number;
}

const MDAT_HEADER_BYTES = 8;

/** One frame of a live MP4, playable at once: a moof and its mdat (ISO/IEC 14496-12 8.8.4, 8.1.1). */
export function fragment(options: FragmentOptions): Uint8Array<ArrayBuffer> {
	const { sequence, decodeTime, duration, key, sample, compositionOffset = 0 } = options;
	const run: Sample = { bytes: sample.length, duration, key, compositionOffset };
	const head = (dataOffset: number) => moof(mfhd(sequence), traf(tfhd(), tfdt(decodeTime), trun(run, dataOffset)));
	// The offset is written with a fixed size, so a first try tells it.
	const dataOffset = head(0).length + MDAT_HEADER_BYTES;
	return concat([head(dataOffset), boxHeader('mdat', sample.length), sample]);
}
