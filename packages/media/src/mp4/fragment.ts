import { concat, viewOf } from '@oriel/base';
import { boxHeader } from './box.ts';
import { DELTA_SAMPLE, KEY_SAMPLE, mfhd, moof, tfdt, tfhd, traf, trun } from './boxes.ts';

/** All of a fragment but its sample. */
export interface FragmentHead {
	/** 1 for the first fragment, then rising by 1. */
	readonly sequence: number;
	/** When the frame is to be decoded, in units of the timescale: a whole number. */
	readonly decodeTime: number;
	/** Until the next frame, in units of the timescale. It need not be exact: the next decode time counts. */
	readonly duration: number;
	readonly key: boolean;
	/** How much later than decoded it is to be shown, in units of the timescale. Left out: at once. */
	readonly compositionOffset?: number;
}

export interface FragmentOptions extends FragmentHead {
	/** The NAL units of the frame, without parameter sets: see `mp4NalUnits`. */
	readonly nals: readonly Uint8Array[];
}

/** Bytes of the length before each NAL unit, as `buildAvcc` says. */
const LENGTH_BYTES = 4;

/** What comes before every sample, with zeros for all that differs. */
const HEAD = concat([moof(mfhd(0), traf(tfhd(), tfdt(0), trun())), boxHeader('mdat', 0)]);

/** Where the numbers stand that differ: each behind the FourCC of its box and the box's version and flags. */
const SEQUENCE_AT = behind('mfhd');
const DECODE_TIME_AT = behind('tfdt');
const RUN_AT = behind('trun') + 4; // past the number of samples
const DATA_SIZE_AT = HEAD.length - 8;

/**
 * One frame of a live MP4, playable at once: a moof and its mdat (ISO/IEC 14496-12 8.8.4, 8.1.1). The frame is copied
 * once, into its place: this runs for every picture of every camera.
 */
export function fragment(options: FragmentOptions): Uint8Array<ArrayBuffer> {
	const size = sampleBytes(options.nals);
	const bytes = new Uint8Array(HEAD.length + size);
	writeHead(bytes, options, size);
	writeSample(bytes, HEAD.length, options.nals);
	return bytes;
}

/** The boxes before a sample of `size` bytes: for samples that are shared by files whose times differ. */
export function fragmentHead(head: FragmentHead, size: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEAD.length);
	writeHead(bytes, head, size);
	return bytes;
}

/** What follows `fragmentHead`: the frame's NAL units, without parameter sets, each behind its length. */
export function sampleOf(nals: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(sampleBytes(nals));
	writeSample(bytes, 0, nals);
	return bytes;
}

function sampleBytes(nals: readonly Uint8Array[]): number {
	let size = 0;
	for (const nal of nals) size += LENGTH_BYTES + nal.length;
	return size;
}

function writeHead(bytes: Uint8Array, head: FragmentHead, size: number): void {
	const { sequence, decodeTime, duration, key, compositionOffset = 0 } = head;
	const view = viewOf(bytes);
	bytes.set(HEAD);
	view.setUint32(SEQUENCE_AT, sequence);
	view.setUint32(DECODE_TIME_AT, Math.floor(decodeTime / 0x1_0000_0000));
	view.setUint32(DECODE_TIME_AT + 4, decodeTime % 0x1_0000_0000);
	view.setUint32(RUN_AT, HEAD.length);
	view.setUint32(RUN_AT + 4, duration);
	view.setUint32(RUN_AT + 8, size);
	view.setUint32(RUN_AT + 12, key ? KEY_SAMPLE : DELTA_SAMPLE);
	view.setInt32(RUN_AT + 16, compositionOffset);
	view.setUint32(DATA_SIZE_AT, size + 8);
}

/** Each NAL unit behind its length (ISO/IEC 14496-15 5.3.4.2). */
function writeSample(bytes: Uint8Array, start: number, nals: readonly Uint8Array[]): void {
	const view = viewOf(bytes);
	let at = start;
	for (const nal of nals) {
		view.setUint32(at, nal.length);
		bytes.set(nal, at + LENGTH_BYTES);
		at += LENGTH_BYTES + nal.length;
	}
}

function behind(fourCc: string): number {
	const codes = Array.from(fourCc, (letter) => letter.charCodeAt(0));
	const at = HEAD.findIndex((_, index) => codes.every((code, offset) => HEAD[index + offset] === code));
	return at + fourCc.length + 4;
}
